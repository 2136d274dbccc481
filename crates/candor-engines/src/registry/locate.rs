//! Finding a model's files by size and content.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
    sync::Arc,
};

use super::{FileEntry, ModelEntry, Registry, ResolvedModel, Tree, Variant};

/// What a search for a model gave.
#[derive(Debug)]
pub(super) enum Located {
    Ready(ResolvedModel),
    Missing,
    Damaged { path: PathBuf, reason: String },
}

impl Registry {
    /// The trees in which files of `model` are looked for, first come first served.
    pub(super) fn trees(&self, model: &ModelEntry) -> Vec<Arc<Tree>> {
        let system = model
            .directories
            .iter()
            .filter(|_| self.options.system_dirs);
        self.options
            .models_dir
            .iter()
            .map(PathBuf::as_path)
            .chain([self.options.store_dir.as_path()])
            .chain(system.map(Path::new))
            .map(|root| self.tree(root))
            .collect()
    }

    /// Forgets what the directories hold, after files came or went.
    pub(super) fn forget_trees(&self) {
        if let Ok(mut trees) = self.trees.write() {
            trees.clear();
        }
    }

    fn tree(&self, root: &Path) -> Arc<Tree> {
        if let Ok(trees) = self.trees.read()
            && let Some(tree) = trees.get(root)
        {
            return Arc::clone(tree);
        }
        let tree = Arc::new(Tree::scan(root));
        if let Ok(mut trees) = self.trees.write() {
            trees.insert(root.to_owned(), Arc::clone(&tree));
        }
        tree
    }

    /// Every file here whose size is that of a file of `model`.
    pub(super) fn candidates(&self, model: &ModelEntry) -> Vec<PathBuf> {
        let trees = self.trees(model);
        let files = model.variants.iter().flat_map(|variant| &variant.files);
        let mut paths: Vec<PathBuf> = files
            .flat_map(|file| trees.iter().flat_map(|tree| tree.with_size(file.bytes)))
            .cloned()
            .collect();
        paths.sort();
        paths.dedup();
        paths
    }

    /// Looks for `model`: place by place, in each for the best variant that is complete there; a
    /// variant without its optional files only where no place has one with them.
    pub(super) fn locate(&self, model: &ModelEntry) -> Located {
        let trees = self.trees(model);
        let has_optional = |variant: &Variant| variant.files.iter().any(|file| file.optional);
        for whole in [true, false] {
            for tree in &trees {
                for variant in &model.variants {
                    if (whole || has_optional(variant))
                        && let Some(found) = self.locate_variant(model, variant, tree, whole)
                    {
                        return Located::Ready(found);
                    }
                }
            }
        }
        self.find_damage(model, &trees)
            .map_or(Located::Missing, |(path, reason)| Located::Damaged {
                path,
                reason,
            })
    }

    fn locate_variant(
        &self,
        model: &ModelEntry,
        variant: &Variant,
        tree: &Tree,
        whole: bool,
    ) -> Option<ResolvedModel> {
        let mut paths = BTreeMap::new();
        let mut bytes = 0;
        for file in variant.files.iter().filter(|file| !file.folder) {
            match self.matching(file, tree).next() {
                Some(path) => {
                    paths.insert(file.role.clone(), path.to_owned());
                    bytes += file.bytes;
                }
                None if file.optional && !whole => {}
                None => return None,
            }
        }
        for first in variant.files.iter().filter(|file| file.folder) {
            if paths.contains_key(&first.role) {
                continue;
            }
            let members = || {
                variant
                    .files
                    .iter()
                    .filter(|f| f.folder && f.role == first.role)
            };
            let folder = self
                .matching(first, tree)
                .filter(|path| {
                    path.file_name()
                        .is_some_and(|name| name == first.name.as_str())
                })
                .filter_map(Path::parent)
                .find(|dir| {
                    members().all(|file| {
                        let path = dir.join(&file.name);
                        self.matching(file, tree).any(|found| found == path)
                    })
                })?;
            bytes += members().map(|file| file.bytes).sum::<u64>();
            paths.insert(first.role.clone(), folder.to_owned());
        }
        Some(ResolvedModel {
            id: model.id.clone(),
            variant: variant.name.clone(),
            paths,
            sha256: variant.files[0].sha256.clone(),
            bytes,
        })
    }

    /// Files in `tree` with the content of `file`.
    pub(super) fn matching<'a>(
        &'a self,
        file: &'a FileEntry,
        tree: &'a Tree,
    ) -> impl Iterator<Item = &'a Path> {
        tree.with_size(file.bytes)
            .iter()
            .filter(|path| {
                let hash = self.fingerprints.sha256(path);
                hash.is_ok_and(|sha256| sha256 == file.sha256)
            })
            .map(PathBuf::as_path)
    }

    /// A file that should be one of the model's but is not: the right size with an unknown content,
    /// or the right name with a size that no file of that name has.
    fn find_damage(&self, model: &ModelEntry, trees: &[Arc<Tree>]) -> Option<(PathBuf, String)> {
        let wanted = || model.variants.iter().flat_map(|variant| &variant.files);
        for tree in trees {
            for file in wanted() {
                for path in tree.with_size(file.bytes) {
                    match self.fingerprints.sha256(path) {
                        Ok(sha256) if self.known_hashes.contains(&sha256) => {}
                        Ok(_) => {
                            let reason = "has the wrong SHA-256".to_owned();
                            return Some((path.clone(), reason));
                        }
                        Err(error) => {
                            return Some((path.clone(), format!("can't be read: {error}")));
                        }
                    }
                }
            }
            for file in wanted() {
                let sizes = |bytes: u64| {
                    self.manifest
                        .files()
                        .any(|known| known.name == file.name && known.bytes == bytes)
                };
                if let Some((bytes, path)) = tree.with_name(&file.name).find(|(b, _)| !sizes(*b)) {
                    let reason = format!("has {bytes} bytes instead of {}", file.bytes);
                    return Some((path.to_owned(), reason));
                }
            }
        }
        None
    }
}
