//! The names of stores: sorted, so that the place of each is its id.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use ahash::RandomState;
use polars::prelude::StringChunked;
use rayon::prelude::*;

use super::parquet::{Columns, FileError, ParquetFile};
use crate::count::{Dimension, OTHER_NAMES};
use crate::store::schema::NAME_DIMENSIONS;

/// Names of each dimension, as they come.
pub type NameSets = [HashSet<Arc<str>, RandomState>; Dimension::ALL.len()];

/// The names of all days.
pub fn read_names(files: &[ParquetFile]) -> Result<NameSets, FileError> {
    let each = files.par_iter().map(read_day);
    each.try_reduce(NameSets::default, |a, b| Ok(union(a, b)))
}

/// The names of both.
pub fn union(a: NameSets, b: NameSets) -> NameSets {
    let mut pairs = a.into_iter().zip(b);
    std::array::from_fn(|_| {
        let (a, b) = pairs.next().unwrap_or_default();
        let (mut more, less) = if a.len() < b.len() { (b, a) } else { (a, b) };
        more.extend(less);
        more
    })
}

fn read_day(file: &ParquetFile) -> Result<NameSets, FileError> {
    let frame = file.read(&["dimension", "name"], 0..file.rows())?;
    let columns = Columns { file, frame: &frame };
    let (dimensions, names) = (columns.strings("dimension")?, columns.strings("name")?);
    let mut sets = NameSets::default();
    for (dimension, name) in dimensions.iter().zip(names.iter()) {
        let known = NAME_DIMENSIONS.iter().find(|(column, _)| dimension == Some(*column));
        let (Some((_, dimension)), Some(name)) = (known, name) else {
            return Err(file.content("it has a name of no known dimension"));
        };
        sets[*dimension as usize].insert(Arc::from(name));
    }
    Ok(sets)
}

/// The ids of names.
#[derive(Debug)]
pub struct Ids {
    names: [Vec<Arc<str>>; Dimension::ALL.len()],
    ids: [HashMap<Arc<str>, u32, RandomState>; Dimension::ALL.len()],
}

impl Ids {
    /// Sorts names, each dimension with the empty one and that for all others, and gives them ids.
    pub fn of(sets: NameSets) -> Self {
        let names = sets.map(|set| {
            let mut names: Vec<Arc<str>> = set.into_iter().collect();
            names.extend([Arc::from(""), Arc::from(OTHER_NAMES)]);
            names.par_sort_unstable();
            names.dedup();
            names
        });
        let ids = names.each_ref().map(|names| names.iter().cloned().zip(0..).collect());
        Self { names, ids }
    }

    /// The names, at their ids.
    pub const fn names(&self) -> &[Vec<Arc<str>>; Dimension::ALL.len()] {
        &self.names
    }

    /// The id of a name; that of all others when it has none of its own.
    pub fn id(&self, dimension: Dimension, name: &str) -> u32 {
        let ids = &self.ids[dimension as usize];
        ids.get(name).or_else(|| ids.get(OTHER_NAMES)).copied().unwrap_or(0)
    }
}

/// Makes something of each text of a column, in order. Texts come from a dictionary, and where in
/// it a text is says which it is: little has to be made anew.
pub fn each_text<'c, T: Copy>(
    column: &'c StringChunked,
    mut make: impl FnMut(Option<&'c str>) -> T,
    mut take: impl FnMut(T),
) {
    for (chunk, present) in column.downcast_iter().zip(column.iter_validities()) {
        let mut known: HashMap<u128, T, RandomState> = HashMap::default();
        let mut last = None;
        for (at, view) in chunk.views().iter().enumerate() {
            if present.is_some_and(|present| !present.get_bit(at)) {
                take(make(None));
                continue;
            }
            let view = view.as_u128();
            let value = match last {
                Some((same, value)) if same == view => value,
                _ => *known.entry(view).or_insert_with(|| make(Some(chunk.value(at)))),
            };
            last = Some((view, value));
            take(value);
        }
    }
}
