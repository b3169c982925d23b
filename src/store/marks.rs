//! What tells of a file outside the store that it changed, without reading it.

use std::time::SystemTime;

use object_store::ObjectStoreExt;
use object_store::path::Path;
use serde::{Deserialize, Serialize};

use super::Location;

/// How old the times of a file have to be, in seconds: the clocks of some disks stand still for two.
const SETTLED_SECONDS: i64 = 3;

/// What changes with a file's content.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "on")]
pub(super) enum Marks {
    /// On a disk: where the file is on it, and when its content and anything about it changed.
    Disk { device: u64, number: u64, bytes: u64, modified: (i64, i64), changed: (i64, i64) },
    /// On a service.
    Service { tag: String, bytes: u64, modified: String },
}

impl Marks {
    pub(super) async fn of(location: &Location, file: &Path) -> Option<Self> {
        if let Some(folder) = location.folder() {
            let file = file.parts().fold(folder.to_owned(), |below, part| below.join(part.as_ref()));
            return Self::on_disk(&tokio::fs::metadata(file).await.ok()?);
        }
        if !location.is_service() {
            return None;
        }
        let found = location.objects().head(&location.path(file)).await.ok()?;
        // A weak tag may stay when the content changes.
        let tag = found.e_tag.filter(|tag| !tag.is_empty() && !tag.starts_with("W/"))?;
        Some(Self::Service { tag, bytes: found.size, modified: found.last_modified.to_rfc3339() })
    }

    #[cfg(unix)]
    #[allow(clippy::unnecessary_wraps, reason = "elsewhere there are none")]
    fn on_disk(found: &std::fs::Metadata) -> Option<Self> {
        use std::os::unix::fs::MetadataExt;
        Some(Self::Disk {
            device: found.dev(),
            number: found.ino(),
            bytes: found.size(),
            modified: (found.mtime(), found.mtime_nsec()),
            changed: (found.ctime(), found.ctime_nsec()),
        })
    }

    #[cfg(not(unix))]
    fn on_disk(_: &std::fs::Metadata) -> Option<Self> {
        None
    }

    /// Whether a change from now on would leave other marks.
    pub(super) fn are_settled(&self, now: SystemTime) -> bool {
        match self {
            Self::Disk { modified, changed, .. } => {
                let now = now.duration_since(SystemTime::UNIX_EPOCH).map_or(0, |since| since.as_secs());
                let latest = i64::try_from(now).unwrap_or(0) - SETTLED_SECONDS;
                modified.0 < latest && changed.0 < latest
            }
            Self::Service { .. } => true,
        }
    }
}
