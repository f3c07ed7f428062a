//! What is below an address: asked for level by level where the layout says what is wanted, a page
//! at a time where it does not, many at once.

use std::collections::VecDeque;
use std::sync::Arc;

use futures_util::TryStreamExt as _;
use futures_util::future::join;
use futures_util::stream::StreamExt as _;
use object_store::path::Path;
use object_store::{ListResult, ObjectMeta, ObjectStore};
use tokio::task::JoinSet;

use super::layout::{Folder, Share};
use super::{Listed, Walked};
use crate::input::Selection;

/// Listings at once.
const AT_ONCE: usize = 128;
/// Keys on a page. A folder that fills one is looked at level by level.
const PAGE: usize = 1_000;
/// Folders of unknown kind on one level that are worth a listing each.
const FEW: usize = 100;
/// Levels of unknown folders above `AWSLogs`.
const LEVELS: usize = 4;

/// What to ask about a folder.
#[derive(Clone, Debug)]
struct Ask {
    folder: String,
    how: How,
    /// Folders of unknown kind that it is below.
    depth: usize,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum How {
    /// What is in it, with the folders in it.
    Level,
    /// Everything below.
    All,
    /// Everything below, if that fits on a page; else one level. Both are asked for at once: far
    /// away, to wait for an answer costs more than a question too many.
    Page,
}

#[derive(Default)]
struct Answer {
    objects: Vec<ObjectMeta>,
    folders: Vec<String>,
}

/// All objects below a folder that may be wanted.
pub async fn walk(
    store: &Arc<dyn ObjectStore>,
    folder: &str,
    selection: &dyn Selection,
) -> object_store::Result<Walked> {
    let mut walk = Walk { selection, walked: Walked::default(), todo: VecDeque::new() };
    walk.begin(folder);
    let mut running = JoinSet::new();
    loop {
        while running.len() < AT_ONCE
            && let Some(ask) = walk.todo.pop_front()
        {
            running.spawn(answer(store.clone(), ask));
        }
        match running.join_next().await {
            None => break,
            Some(Ok(answered)) => {
                let (ask, answer) = answered?;
                walk.take(&ask, answer);
            }
            Some(Err(error)) => {
                if let Ok(panic) = error.try_into_panic() {
                    std::panic::resume_unwind(panic);
                }
            }
        }
    }
    walk.walked.objects.sort_by(|a, b| a.key.cmp(&b.key));
    Ok(walk.walked)
}

/// The object with that key.
pub fn listed(meta: ObjectMeta) -> Listed {
    let (bytes, modified) = (meta.size, meta.last_modified.into());
    Listed { key: meta.location.into(), bytes, modified }
}

async fn answer(store: Arc<dyn ObjectStore>, ask: Ask) -> object_store::Result<(Ask, Answer)> {
    let path = Path::parse(&ask.folder)?;
    let prefix = Some(&path).filter(|path| !path.as_ref().is_empty());
    let answer = match ask.how {
        How::Level => level(&*store, prefix).await?,
        How::All => {
            Answer { objects: store.list(prefix).try_collect().await?, ..Answer::default() }
        }
        How::Page => {
            let page = store.list(prefix).take(PAGE).try_collect::<Vec<_>>();
            let (page, level) = join(page, level(&*store, prefix)).await;
            let objects = page?;
            if objects.len() < PAGE { Answer { objects, ..Answer::default() } } else { level? }
        }
    };
    Ok((ask, answer))
}

async fn level(store: &dyn ObjectStore, prefix: Option<&Path>) -> object_store::Result<Answer> {
    let ListResult { objects, common_prefixes, .. } = store.list_with_delimiter(prefix).await?;
    let folders = common_prefixes.into_iter().map(String::from).collect();
    Ok(Answer { objects, folders })
}

struct Walk<'s> {
    selection: &'s dyn Selection,
    walked: Walked,
    todo: VecDeque<Ask>,
}

impl Walk<'_> {
    fn begin(&mut self, folder: &str) {
        let kind = Folder::of(folder);
        let how = self.how(&kind, 0);
        let how = if self.selection.takes_all() && how == How::Level { How::Page } else { how };
        self.todo.push_back(Ask { folder: folder.to_owned(), how, depth: 0 });
    }

    fn take(&mut self, ask: &Ask, answer: Answer) {
        let unknown = |folder: &&String| Folder::of(folder) == Folder::Elsewhere;
        if answer.folders.iter().filter(unknown).count() > FEW {
            self.todo.push_back(Ask { how: How::All, ..ask.clone() });
            return;
        }
        for folder in answer.folders {
            self.folder(folder, ask.depth);
        }
        self.walked.objects.extend(answer.objects.into_iter().map(listed));
    }

    fn folder(&mut self, folder: String, above: usize) {
        let kind = Folder::of(&folder);
        if kind == Folder::OtherService {
            self.walked.other_services += 1;
        } else if kind.share(self.selection) != Share::None {
            let depth = above + usize::from(kind == Folder::Elsewhere);
            self.todo.push_back(Ask { how: self.how(&kind, depth), folder, depth });
        }
    }

    fn how(&self, kind: &Folder, depth: usize) -> How {
        let asks_for_all = self.selection.takes_all();
        match kind {
            Folder::Elsewhere if depth > LEVELS => How::All,
            // Of another service only what was named itself.
            Folder::Other | Folder::OtherService => How::All,
            Folder::Elsewhere | Folder::Accounts | Folder::Account(_) => How::Level,
            Folder::Trail(_) | Folder::Region(_) if !asks_for_all => How::Level,
            Folder::Dated(_, dates) if dates.is_day() => How::All,
            Folder::Dated(..) if kind.share(self.selection) == Share::Some => How::Level,
            _ => How::Page,
        }
    }
}
