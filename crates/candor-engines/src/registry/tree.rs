//! A directory tree with model files, indexed by size: names mean nothing, content does.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};

/// How deep a tree is searched.
const MAX_DEPTH: usize = 8;
/// How many entries of a tree are looked at, so that a wrong path can't stall the program.
const MAX_ENTRIES: usize = 100_000;

/// The files of a tree by size, each list in order of path.
#[derive(Debug, Clone, Default)]
pub struct Tree {
    by_size: BTreeMap<u64, Vec<PathBuf>>,
}

impl Tree {
    /// Looks through `root`; what can't be read is left out. Symbolic links to files count, links to
    /// directories below the root are not followed.
    pub fn scan(root: &Path) -> Self {
        let mut tree = Self::default();
        let mut n_entries = 0;
        let mut open = vec![(root.to_owned(), 0)];
        while let Some((dir, depth)) = open.pop() {
            let Ok(entries) = fs::read_dir(&dir) else {
                continue;
            };
            for entry in entries.flatten() {
                n_entries += 1;
                if n_entries > MAX_ENTRIES {
                    tracing::warn!(path = %root.display(), "model directory is too big to search whole");
                    break;
                }
                let path = entry.path();
                match entry.file_type() {
                    Ok(kind) if kind.is_dir() && depth < MAX_DEPTH => open.push((path, depth + 1)),
                    // Half-written files of a pull or import will be renamed or removed soon.
                    Ok(kind) if !kind.is_dir() && !is_part(&path) => {
                        if let Ok(meta) = fs::metadata(&path)
                            && meta.is_file()
                        {
                            tree.by_size.entry(meta.len()).or_default().push(path);
                        }
                    }
                    _ => {}
                }
            }
        }
        for paths in tree.by_size.values_mut() {
            paths.sort();
        }
        tree
    }

    /// Files with exactly `bytes` bytes.
    pub fn with_size(&self, bytes: u64) -> &[PathBuf] {
        self.by_size.get(&bytes).map_or(&[], Vec::as_slice)
    }

    /// Files called `name`, with their sizes.
    pub fn with_name(&self, name: &str) -> impl Iterator<Item = (u64, &Path)> {
        self.by_size.iter().flat_map(move |(&bytes, paths)| {
            paths
                .iter()
                .filter(move |path| path.file_name().is_some_and(|own| own == name))
                .map(move |path| (bytes, path.as_path()))
        })
    }
}

fn is_part(path: &Path) -> bool {
    path.file_name()
        .and_then(|name| name.to_str())
        .is_some_and(|name| name.starts_with('.') && name.ends_with(".part"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_that_are_still_written_are_not_found() {
        let root = tempfile::tempdir().unwrap();
        fs::write(root.path().join(".x1y2.part"), b"half").unwrap();
        fs::write(root.path().join("whole.onnx"), b"full").unwrap();
        let tree = Tree::scan(root.path());
        assert_eq!(tree.with_size(4), [root.path().join("whole.onnx")]);
    }
}
