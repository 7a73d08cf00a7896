import Cryptography
import FoundationEssentials

/// Signing keys for the demonstration's agencies, under a root that exists nowhere else. Repeatable: what is there stays.
struct DemoKeys {
    let directory: String
    /// When the certificates begin to be valid.
    let since: Date

    /// Writes `<code>.pem` for each agency that has none, and adds the root of the new ones to `trust.pem`.
    func make(for agencies: [Agency]) throws {
        let missing = agencies.filter { !FileManager.default.fileExists(atPath: path(of: $0.code)) }
        guard !missing.isEmpty else { return }
        try FileManager.default.createDirectory(
            atPath: directory, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        let root = try CertificateAuthority(name: "Demonstration root, not for use", at: since)
        for agency in missing {
            try write(try root.issue(to: agency.name, at: since), to: path(of: agency.code))
        }
        let trust = "\(directory)/trust.pem"
        let before = FileManager.default.contents(atPath: trust).map(Array.init) ?? []
        try write(before + root.certificate, to: trust)
    }

    struct Agency {
        let code: String
        let name: String
    }

    private func path(of code: String) -> String { "\(directory)/\(code).pem" }

    private func write(_ bytes: [UInt8], to path: String) throws {
        try? FileManager.default.removeItem(atPath: path)
        guard
            FileManager.default.createFile(
                atPath: path, contents: Data(bytes), attributes: [.posixPermissions: 0o600])
        else { throw Settings.Unusable(description: "\(path) can't be written") }
    }
}
