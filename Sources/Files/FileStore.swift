import Cryptography
import FoundationEssentials
import Glibc

/// Uploaded files on disk, each named by the SHA-256 of its content: `ab/cdef…`.
///
/// The story that holds after a crash at any point: bytes are whole, synced and renamed into place before a database row
/// names them. So a row without its file can't exist; a file without a row can, and is nobody's:
/// it may be swept. What a row of `files` names is somebody's: an attachment of a dossier, or a template of a procedure.
package struct FileStore: Sendable {
    package let directory: String

    /// Makes the directories, and removes what uploads cut off by a crash left behind.
    package init(directory: String) throws {
        self.directory = directory
        let incoming = directory + "/incoming"
        for folder in [incoming] + (0...255).map({ "\(directory)/\(Hex.encode([UInt8($0)]))" }) {
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        }
        try Self.syncDirectory(directory)
        for name in try FileManager.default.contentsOfDirectory(atPath: incoming) where Self.isAbandoned(name) {
            try FileManager.default.removeItem(atPath: incoming + "/" + name)
        }
    }

    /// Where the file with this content is.
    package func path(of sha256: [UInt8]) -> String {
        let name = Hex.encode(sha256)
        return "\(directory)/\(name.prefix(2))/\(name.dropFirst(2))"
    }

    /// Begins to receive a file of at most `most` bytes.
    package func receive(most: Int) throws -> Upload {
        try Upload(
            store: self, path: "\(directory)/incoming/\(getpid())-\(Hex.encode(SecureRandom.bytes(12)))", most: most)
    }

    /// Keeps a file that the program itself has made: what it is needn't be found out, and its compressed parts may look like
    /// anything.
    package func keep(_ bytes: [UInt8], as type: FileType) throws -> StoredFile {
        let upload = try receive(most: bytes.count)
        try bytes.withUnsafeBytes { try upload.write($0) }
        return try upload.finish(as: type)
    }

    /// Incoming files bear the process that writes them: those of a process that is gone are abandoned.
    private static func isAbandoned(_ name: String) -> Bool {
        guard let process = name.utf8.split(separator: UInt8(ascii: "-")).first.flatMap({ Int32(Substring($0)) })
        else { return true }
        return process == getpid() || (kill(process, 0) != 0 && errno == ESRCH)
    }

    /// Until a directory is synced, what was renamed into it may be gone after a power cut.
    fileprivate static func syncDirectory(_ path: String) throws {
        let descriptor = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { throw Failure(operation: "open directory", code: errno) }
        defer { close(descriptor) }
        guard fsync(descriptor) == 0 else { throw Failure(operation: "sync directory", code: errno) }
    }

    struct Failure: Error {
        let operation: String
        let code: Int32
    }
}

/// A file being received: hashed and written as it comes, never held in memory.
package final class Upload {
    private let store: FileStore
    private let path: String
    private let most: Int
    private let descriptor: Int32
    private var hash = SHA256()
    private var isOpen = true
    package private(set) var size = 0

    fileprivate init(store: FileStore, path: String, most: Int) throws {
        self.store = store
        self.path = path
        self.most = most
        descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw FileStore.Failure(operation: "create", code: errno) }
    }

    deinit { if isOpen { discard() } }

    /// Whether more came than is allowed; what came then is not kept.
    package var isTooLarge: Bool { size > most }

    package func write(_ bytes: UnsafeRawBufferPointer) throws {
        size += bytes.count
        guard !isTooLarge, !bytes.isEmpty else { return }
        hash.update(bytes)
        var rest = bytes[...]
        while !rest.isEmpty {
            let written = Glibc.write(descriptor, UnsafeRawBufferPointer(rebasing: rest).baseAddress, rest.count)
            guard written > 0 || errno == EINTR else { throw FileStore.Failure(operation: "write", code: errno) }
            rest = rest.dropFirst(max(0, written))
        }
    }

    /// Looks at what came and puts it in its place for good, or says why it can't be taken.
    package func finish() throws -> Result<StoredFile, FileRefusal> {
        defer { discard() }
        guard size > 0 else { return .failure(.empty) }
        guard !isTooLarge else { return .failure(.tooLarge) }
        guard fsync(descriptor) == 0 else { throw FileStore.Failure(operation: "sync", code: errno) }
        let content = try Data(contentsOf: URL(filePath: path), options: .mappedIfSafe)
        let type: FileType
        switch content.withUnsafeBytes({ FileType.detect($0) }) {
        case .success(let found): type = found
        case .failure(let refusal): return .failure(refusal)
        }
        return .success(try place(as: type))
    }

    /// The same for what needs no look.
    fileprivate func finish(as type: FileType) throws -> StoredFile {
        defer { discard() }
        guard fsync(descriptor) == 0 else { throw FileStore.Failure(operation: "sync", code: errno) }
        return try place(as: type)
    }

    private func place(as type: FileType) throws -> StoredFile {
        let digest = hash.finalize()
        try place(at: store.path(of: digest))
        return StoredFile(sha256: digest, size: size, type: type)
    }

    private func place(at destination: String) throws {
        let folder = String(destination.prefix(upTo: destination.lastIndex(of: "/") ?? destination.endIndex))
        guard rename(path, destination) == 0 else { throw FileStore.Failure(operation: "rename", code: errno) }
        try FileStore.syncDirectory(folder)
    }

    /// Forgets what came so far.
    package func discard() {
        guard isOpen else { return }
        isOpen = false
        close(descriptor)
        unlink(path)
    }
}

/// A file that is on disk for good, not yet named by any row.
package struct StoredFile: Sendable, Hashable {
    package let sha256: [UInt8]
    package let size: Int
    package let type: FileType

    /// Its SHA-256 in hexadecimal digits.
    package var digest: String { Hex.encode(sha256) }
}

extension StoredFile {
    /// One that was received before and is named again, by whoever can show that it was.
    package init(kept sha256: [UInt8], size: Int, type: FileType) {
        self.init(sha256: sha256, size: size, type: type)
    }
}
