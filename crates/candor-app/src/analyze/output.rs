//! The output folder: every file is complete or absent, the report comes last.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use super::AnalyzeError;

/// Name of the report in its folder.
pub const REPORT: &str = "report.json";

/// Every file that an analysis may write.
const FILES: [&str; 7] = [
    REPORT,
    "report.html",
    "audio.wav",
    "transcript.txt",
    "transcript.vtt",
    "transcript.srt",
    "transcript.json",
];

/// A folder that is being filled. Files become visible in [`Self::commit`]; dropping it before
/// removes everything it wrote, and the folder if it made it.
#[derive(Debug)]
pub struct OutputFolder {
    folder: PathBuf,
    made: Vec<PathBuf>,
    files: Vec<&'static str>,
    committed: bool,
}

impl OutputFolder {
    /// Opens or makes `folder`.
    ///
    /// # Errors
    /// When it can't be made or written to.
    pub fn open(folder: &Path) -> Result<Self, AnalyzeError> {
        let mut made: Vec<PathBuf> = folder
            .ancestors()
            .take_while(|path| !path.as_os_str().is_empty() && !path.exists())
            .map(Path::to_owned)
            .collect();
        made.reverse();
        fs::create_dir_all(folder).map_err(|source| AnalyzeError::output(folder, source))?;
        let output = Self {
            folder: folder.to_owned(),
            made,
            files: Vec::new(),
            committed: false,
        };
        // Found out now, not after an hour of work.
        let trial = output.folder.join(".candor-trial");
        fs::write(&trial, b"trial")
            .and_then(|()| fs::remove_file(&trial))
            .map_err(|source| AnalyzeError::output(folder, source))?;
        Ok(output)
    }

    /// Where to write `name` until it is committed.
    pub fn part(&mut self, name: &'static str) -> PathBuf {
        if !self.files.contains(&name) {
            self.files.push(name);
        }
        self.folder.join(part_name(name))
    }

    /// Forgets a file that was begun.
    pub fn discard(&mut self, name: &str) {
        self.files.retain(|other| *other != name);
        // It may never have been written.
        let _ = fs::remove_file(self.folder.join(part_name(name)));
    }

    /// Writes a whole file.
    ///
    /// # Errors
    /// When it can't be written, e.g. because the disk is full.
    pub fn write(&mut self, name: &'static str, content: &[u8]) -> Result<(), AnalyzeError> {
        let path = self.part(name);
        fs::write(&path, content).map_err(|source| AnalyzeError::output(&path, source))
    }

    /// Makes all files visible, the report last, and gives the report's path. What an earlier
    /// analysis left in the folder goes, so that no file tells about another recording.
    ///
    /// # Errors
    /// When a file can't be renamed or an earlier one can't be removed.
    pub fn commit(mut self) -> Result<PathBuf, AnalyzeError> {
        for name in FILES.iter().filter(|name| !self.files.contains(name)) {
            let earlier = self.folder.join(name);
            match fs::remove_file(&earlier) {
                Err(error) if error.kind() != io::ErrorKind::NotFound => {
                    return Err(AnalyzeError::output(&earlier, error));
                }
                _ => {}
            }
        }
        self.files.sort_by_key(|name| *name == REPORT);
        for name in &self.files {
            let part = self.folder.join(part_name(name));
            let whole = self.folder.join(name);
            flush(&part)
                .and_then(|()| fs::rename(&part, &whole))
                .map_err(|source| AnalyzeError::output(&whole, source))?;
        }
        self.committed = true;
        Ok(self.folder.join(REPORT))
    }
}

impl Drop for OutputFolder {
    fn drop(&mut self) {
        if self.committed {
            return;
        }
        // Nothing can be done about a file that resists removal; it keeps its `.part` name.
        for name in &self.files {
            let _ = fs::remove_file(self.folder.join(part_name(name)));
        }
        for folder in self.made.iter().rev() {
            let _ = fs::remove_dir(folder);
        }
    }
}

fn part_name(name: &str) -> String {
    format!(".{name}.part")
}

fn flush(path: &Path) -> io::Result<()> {
    fs::File::open(path)?.sync_all()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_abandoned_folder_leaves_nothing() {
        let root = tempfile::tempdir().unwrap();
        let folder = root.path().join("a/b");
        let mut output = OutputFolder::open(&folder).unwrap();
        output.write("x.txt", b"half").unwrap();
        drop(output);
        assert!(!root.path().join("a").exists());
    }

    #[test]
    fn a_committed_folder_holds_whole_files() {
        let root = tempfile::tempdir().unwrap();
        let mut output = OutputFolder::open(root.path()).unwrap();
        output.write(REPORT, b"{}").unwrap();
        output.write("x.txt", b"whole").unwrap();
        let report = output.commit().unwrap();
        let mut names: Vec<_> = fs::read_dir(root.path())
            .unwrap()
            .map(|entry| entry.unwrap().file_name())
            .collect();
        names.sort();
        assert_eq!(names, ["report.json", "x.txt"]);
        assert_eq!(fs::read(report).unwrap(), b"{}");
    }
}
