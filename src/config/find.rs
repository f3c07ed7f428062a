//! Where a configuration file may be.

use std::path::{Path, PathBuf};

/// What a configuration file is called where it is looked for.
pub const FILE_NAME: &str = "trailspike.toml";

/// Where to look, in this order; the first file there is is the only one read.
#[derive(Clone, Debug, Default)]
pub struct Places {
    /// What the flag names.
    pub flag: Option<PathBuf>,
    /// What the environment variable names.
    pub variable: Option<PathBuf>,
    /// The working folder. The folders above it are looked in as well, up to the first that is a
    /// repository.
    pub folder: Option<PathBuf>,
    /// The folder of the user's configuration, in which a folder `trailspike` is looked in.
    pub user: Option<PathBuf>,
}

/// Which of the places a file was found at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Origin {
    /// The flag.
    Flag,
    /// The environment variable.
    Variable,
    /// The working folder or one above it.
    Project,
    /// The user's configuration.
    User,
}

impl Origin {
    /// In words.
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            Self::Flag => "named by --config",
            Self::Variable => "named by TRAILSPIKE_CONFIG",
            Self::Project => "found in the working folder or above",
            Self::User => "found in the user's configuration",
        }
    }
}

impl Places {
    /// The file to read. One that is named need not be there: reading it will say so.
    #[must_use]
    pub fn find(&self) -> Option<(PathBuf, Origin)> {
        let named = self.flag.clone().map(|path| (path, Origin::Flag));
        let variable = || self.variable.clone().map(|path| (path, Origin::Variable));
        let project = || Some((in_project(self.folder.as_deref()?)?, Origin::Project));
        let user = || {
            let path = self.user.as_deref()?.join("trailspike").join(FILE_NAME);
            path.is_file().then_some((path, Origin::User))
        };
        named.or_else(variable).or_else(project).or_else(user)
    }
}

fn in_project(folder: &Path) -> Option<PathBuf> {
    for folder in folder.ancestors() {
        let path = folder.join(FILE_NAME);
        if path.is_file() {
            return Some(path);
        }
        // In a linked work tree it is a file.
        if folder.join(".git").exists() {
            return None;
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    /// A home with a user's file, and a project three folders deep.
    fn places() -> (tempfile::TempDir, Places) {
        let home = tempfile::tempdir().unwrap();
        let at = |name: &str| home.path().join(name);
        fs::create_dir_all(at("config/trailspike")).unwrap();
        fs::create_dir_all(at("project/logs/march")).unwrap();
        fs::write(at("config/trailspike/trailspike.toml"), "").unwrap();
        let places = Places {
            folder: Some(at("project/logs/march")),
            user: Some(at("config")),
            ..Places::default()
        };
        (home, places)
    }

    #[test]
    fn the_flag_is_before_the_variable_before_the_project_before_the_user() {
        let (home, mut places) = places();
        let found = |places: &Places| places.find().map(|(_, origin)| origin);
        assert_eq!(found(&places), Some(Origin::User));
        let project = home.path().join("project/trailspike.toml");
        fs::write(&project, "").unwrap();
        assert_eq!(places.find(), Some((project, Origin::Project)));
        places.variable = Some("no/such/file".into());
        assert_eq!(found(&places), Some(Origin::Variable));
        places.flag = Some("nor/this".into());
        assert_eq!(places.find(), Some(("nor/this".into(), Origin::Flag)));
    }

    #[test]
    fn the_nearest_is_taken_and_none_above_the_repository() {
        let (home, places) = places();
        let at = |name: &str| home.path().join(name);
        fs::write(at("trailspike.toml"), "").unwrap();
        assert_eq!(places.find(), Some((at("trailspike.toml"), Origin::Project)));
        fs::write(at("project/.git"), "gitdir: elsewhere").unwrap();
        assert_eq!(places.find().unwrap().1, Origin::User);
        fs::write(at("project/logs/trailspike.toml"), "").unwrap();
        assert_eq!(places.find().unwrap().0, at("project/logs/trailspike.toml"));
        // A folder of that name is no file.
        fs::create_dir(at("project/logs/march/trailspike.toml")).unwrap();
        assert_eq!(places.find().unwrap().0, at("project/logs/trailspike.toml"));
        assert_eq!(Places::default().find(), None);
    }
}
