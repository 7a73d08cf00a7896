import Glibc
package import Logging
import Synchronization

/// The file of the portal's signing keys as it is now: what `portal keys` changes in it holds for the next signature and the
/// next check of one, in every process, without a restart.
///
/// The file is looked at whenever keys are asked for, and read when it is another one; nothing watches it.
package final class SigningKeyFile: Sendable {
    private let path: String
    private let logger: Logger
    private let last: Mutex<(stamp: Stamp?, keys: SigningKeys)>

    /// - Throws: `SigningKeys.Unusable` for a file that others may read or that holds something else.
    package init(path: String, logger: Logger) throws {
        self.path = path
        self.logger = logger
        // Before it is read: what changes in between is read again.
        let stamp = Stamp(path)
        last = Mutex((stamp, try SigningKeys(path: path)))
    }

    /// Those of the file; none while there is no file. A file that has become unusable changes nothing: the keys that were
    /// read last stand, and the log says so once.
    package var keys: SigningKeys {
        last.withLock { last in
            let stamp = Stamp(path)
            guard stamp != last.stamp else { return last.keys }
            last.stamp = stamp
            do {
                last.keys = try SigningKeys(path: path)
                logger.notice("signing keys read again", metadata: ["keys": "\(last.keys.known.keys.count)"])
            } catch {
                logger.error("changed signing keys can't be used, those before stand", metadata: ["error": "\(error)"])
            }
            return last.keys
        }
    }

    /// What tells one state of a file from another; nil where there is none. A file that was put in another's place is
    /// another by its number, however fast it came.
    private struct Stamp: Hashable {
        let number: UInt64
        let mode: UInt32
        let size: Int
        let seconds: Int
        let nanoseconds: Int

        init?(_ path: String) {
            var found = stat()
            guard stat(path, &found) == 0 else { return nil }
            number = UInt64(found.st_ino)
            mode = found.st_mode
            size = Int(found.st_size)
            (seconds, nanoseconds) = (found.st_mtim.tv_sec, found.st_mtim.tv_nsec)
        }
    }
}
