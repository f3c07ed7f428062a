//! Where log files lie and how they are packed: the S3 layout of a trail.

use std::cell::RefCell;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, anyhow};
use flate2::{Compression, GzBuilder};
use libdeflater::{CompressionLvl, Compressor};

use crate::clock;
use crate::record::{self, Event};
use crate::rng::Rng;
use crate::tally::Tally;

/// How files are compressed.
#[derive(Clone, Copy)]
pub enum Packing {
    /// zlib at a level, as trails do.
    Zlib(u32),
    /// libdeflate at level 1.
    Fast,
}

/// One log file before it is written.
pub struct LogFile<'a> {
    /// The account whose log it is.
    pub account: &'a str,
    /// The Region of its events.
    pub region: &'a str,
    /// When the trail delivered it.
    pub delivered: i64,
    /// Its events, in any order.
    pub events: &'a [Event<'a>],
}

impl LogFile<'_> {
    /// Writes the file, gzipped, below `root`; tells what was written.
    ///
    /// The gzip header carries neither time nor name, so equal content gives equal bytes.
    pub fn write(&self, root: &Path, packing: Packing, rng: &mut Rng) -> Result<Tally> {
        let path = root.join(self.key(rng));
        let (length, bytes) = match packing {
            Packing::Zlib(level) => {
                let buffer = Vec::with_capacity(self.events.len() * 256);
                let mut packer = GzBuilder::new().mtime(0).write(buffer, Compression::new(level));
                (record::write_file(self.events, rng, &mut packer)?, packer.finish()?)
            }
            Packing::Fast => BUFFERS.with_borrow_mut(|Buffers { text, bytes }| {
                text.clear();
                let length = record::write_file(self.events, rng, text)?;
                pack(text, bytes).map(|packed| (length, packed.to_vec()))
            })?,
        };
        save(&path, &bytes).with_context(|| format!("cannot write {}", path.display()))?;
        Ok(Tally::of(self.events.len(), length, bytes.len()))
    }

    fn key(&self, rng: &mut Rng) -> PathBuf {
        let Self { account, region, delivered, .. } = self;
        let (folder, stamp) = (clock::folder(*delivered), clock::stamp(*delivered));
        let mut unique = String::with_capacity(16);
        while unique.len() < 16 {
            rng.alnum(&mut unique, 1);
            if unique.ends_with('_') {
                unique.pop();
            }
        }
        PathBuf::from(format!(
            "AWSLogs/{account}/CloudTrail/{region}/{folder}/{account}_CloudTrail_{region}_{stamp}_{unique}.json.gz"
        ))
    }
}

thread_local! {
    /// Kept from file to file: giving them back and asking again takes longer than packing.
    static BUFFERS: RefCell<Buffers> = RefCell::default();
}

#[derive(Default)]
struct Buffers {
    text: Vec<u8>,
    bytes: Vec<u8>,
}

fn pack<'a>(text: &[u8], bytes: &'a mut Vec<u8>) -> Result<&'a [u8]> {
    let level = CompressionLvl::new(1).map_err(|_| anyhow!("libdeflate has no level 1"))?;
    let mut packer = Compressor::new(level);
    bytes.resize(packer.gzip_compress_bound(text.len()).max(bytes.len()), 0);
    let length = packer.gzip_compress(text, bytes)?;
    Ok(&bytes[..length])
}

fn save(path: &Path, bytes: &[u8]) -> Result<()> {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    fs::write(path, bytes)?;
    Ok(())
}
