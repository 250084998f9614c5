//! `tenon migrate FILE|DIR`

use std::path::{Path, PathBuf};

use clap::Args;
use tenon_engine::{
    Caller, Code, Config, Error,
    tables::{MigrationFile, MigrationOutcome},
};

use super::{Failure, open, print, unreadable};

/// Apply SQL files once each, in order, each in one transaction.
#[derive(Args)]
pub(super) struct Migrate {
    /// A .sql file, or a folder whose .sql files are applied in order of their names
    #[arg(value_name = "FILE|DIR")]
    path: PathBuf,

    /// Begin with the default privileges that a Supabase project has: what is made is granted to anon and authenticated, and
    /// policies decide
    #[arg(long)]
    supabase: bool,
}

impl Migrate {
    pub(super) async fn run(self, config: Config) -> Result<(), Failure> {
        let mut files = read_files(&self.path)?;
        if self.supabase {
            files.insert(0, platform());
        }
        let engine = open(config, "tenon migrate").await?;
        let caller = Caller::Operator;
        // One at a time, so that what was applied is told even if a later file fails.
        let mut changed = false;
        for file in files {
            for (name, outcome) in engine.migrate(&caller, vec![file]).await? {
                changed |= matches!(outcome, MigrationOutcome::Applied(_));
                print(&describe(&name, &outcome))?;
            }
        }
        if changed {
            engine.others_follow().await;
        }
        engine.shutdown().await;
        Ok(())
    }
}

/// What the hosted platform did before a project's first migration.
fn platform() -> MigrationFile {
    let name = "supabase-default-privileges.sql";
    let sql = "alter default privileges in schema public grant all on tables to anon, authenticated;\n\
               alter default privileges in schema public grant execute on functions to anon, authenticated;\n";
    MigrationFile { name: name.to_owned(), path: PathBuf::from(name), sql: sql.to_owned() }
}

fn describe(name: &str, outcome: &MigrationOutcome) -> String {
    match outcome {
        MigrationOutcome::Applied(change) => format!("{name}: applied in {} ms\n", change.duration_us / 1000),
        MigrationOutcome::Skipped => format!("{name}: applied before\n"),
    }
}

fn read_files(path: &Path) -> Result<Vec<MigrationFile>, Error> {
    if !path.is_dir() {
        return Ok(vec![read_file(path.to_owned())?]);
    }
    let entries = std::fs::read_dir(path).map_err(|e| unreadable(path, &e))?;
    let mut files: Vec<PathBuf> = entries
        .filter_map(|entry| entry.ok().map(|entry| entry.path()))
        .filter(|file| file.extension().is_some_and(|extension| extension == "sql"))
        .collect();
    files.sort_by(|a, b| a.file_name().cmp(&b.file_name()));
    if files.is_empty() {
        return Err(Error::new(Code::Configuration, format!("{}: there is no .sql file in it", path.display())));
    }
    files.into_iter().map(read_file).collect()
}

fn read_file(path: PathBuf) -> Result<MigrationFile, Error> {
    let bytes = std::fs::read(&path).map_err(|e| unreadable(&path, &e))?;
    let sql = String::from_utf8(bytes)
        .map_err(|_| Error::new(Code::InvalidSyntax, format!("{}: the file is not UTF-8 text", path.display())))?;
    // Some editors begin a file with a byte order mark.
    let sql = sql.strip_prefix('\u{feff}').map(str::to_owned).unwrap_or(sql);
    let name = path.file_name().map_or_else(|| path.display().to_string(), |name| name.to_string_lossy().into_owned());
    Ok(MigrationFile { name, path, sql })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folders_sql_files_come_in_order_of_their_names() {
        let dir = tempfile::tempdir().unwrap();
        for name in ["2_b.sql", "10_c.sql", "1_a.sql", "readme.txt"] {
            std::fs::write(dir.path().join(name), "select 1").unwrap();
        }
        let names: Vec<String> = read_files(dir.path()).unwrap().into_iter().map(|file| file.name).collect();
        assert_eq!(names, ["10_c.sql", "1_a.sql", "2_b.sql"]);
    }

    #[test]
    fn an_empty_folder_and_a_missing_file_are_told() {
        let dir = tempfile::tempdir().unwrap();
        assert!(read_files(dir.path()).unwrap_err().message.ends_with("there is no .sql file in it"));
        assert!(read_files(&dir.path().join("no.sql")).unwrap_err().message.contains("no.sql"));
    }
}
