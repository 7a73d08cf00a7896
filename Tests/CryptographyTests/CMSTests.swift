import Cryptography
import Foundation
import Testing

@Suite("Detached signatures of documents")
struct CMSTests {
    private let now = Date(timeIntervalSince1970: 1_795_417_500)
    private let document = Array("%PDF-1.4 Giấy khai sinh".utf8)

    private func made() throws -> (signer: CMSSigner, trust: [UInt8]) {
        let root = try CertificateAuthority(name: "Root for tests", at: now)
        return (try CMSSigner(pem: try root.issue(to: "UBND phường Hoàn Kiếm", at: now)), root.certificate)
    }

    @Test("a signed document verifies, with who signed and when")
    func good() throws {
        let (signer, trust) = try made()
        let found = try CMSVerifier(trust: trust).verify(try signer.sign(document, at: now), of: document)
        #expect(found.signer == signer.certificate)
        #expect(found.signer.subject == "CN=UBND phường Hoàn Kiếm")
        #expect(found.signer.serial.count == 32)
        #expect(found.signedAt == now)
    }

    @Test("a changed document is found, and so is every changed bit of the signed attributes and the signature")
    func changed() throws {
        let (signer, trust) = try made()
        let signature = try signer.sign(document, at: now)
        let verifier = CMSVerifier(trust: trust)
        var other = document
        other[3] ^= 1
        #expect(throws: CMSFailure.wrong) { try verifier.verify(signature, of: other) }
        #expect(throws: CMSFailure.wrong) { try verifier.verify(signature, of: document + [0]) }
        // Signed attributes and the signature value stand at the end.
        for byte in (signature.count - 70)..<signature.count {
            var broken = signature
            broken[byte] ^= 0x10
            #expect(throws: CMSFailure.self, "byte \(byte)") { try verifier.verify(broken, of: document) }
        }
        #expect(throws: CMSFailure.unreadable) { try verifier.verify(signature + [0], of: document) }
        #expect(throws: CMSFailure.unreadable) { try verifier.verify([], of: document) }
        #expect(throws: CMSFailure.unreadable) { try verifier.verify(document, of: document) }
    }

    @Test("a signature under another root isn't trusted, nor one from outside the certificate's time")
    func untrusted() throws {
        let (signer, trust) = try made()
        let (_, other) = try made()
        let signature = try signer.sign(document, at: now)
        func isUntrusted(_ signature: [UInt8], _ trust: [UInt8]) -> Bool {
            do {
                _ = try CMSVerifier(trust: trust).verify(signature, of: document)
                return false
            } catch CMSFailure.untrusted { return true } catch { return false }
        }
        #expect(isUntrusted(signature, other))
        #expect(isUntrusted(signature, []))
        #expect(isUntrusted(try signer.sign(document, at: now.addingTimeInterval(3 * 365 * 86_400)), trust))
        #expect(isUntrusted(try signer.sign(document, at: now.addingTimeInterval(-2 * 86_400)), trust))
        #expect(!isUntrusted(try signer.sign(document, at: now.addingTimeInterval(365 * 86_400)), trust))
    }

    @Test("a key without its certificate, or with another's, is refused")
    func unusable() throws {
        let root = try CertificateAuthority(name: "Root for tests", at: now)
        let one = String(decoding: try root.issue(to: "A", at: now), as: UTF8.self)
        let two = String(decoding: try root.issue(to: "B", at: now), as: UTF8.self)
        func part(_ pem: String, _ kind: String) -> String {
            let start = pem.range(of: "-----BEGIN \(kind)-----")?.lowerBound ?? pem.startIndex
            let end = pem.range(of: "-----END \(kind)-----\n")?.upperBound ?? pem.endIndex
            return String(pem[start..<end])
        }
        for pem in [
            "", part(one, "PRIVATE KEY"), part(one, "CERTIFICATE"), part(one, "PRIVATE KEY") + part(two, "CERTIFICATE"),
        ] {
            #expect(throws: CMSFailure.self) { try CMSSigner(pem: Array(pem.utf8)) }
        }
    }

    @Test("openssl cms agrees, both ways")
    func openssl() throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "cms-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let moment = Date()
        let root = try CertificateAuthority(name: "Root for tests", at: moment)
        let pem = try root.issue(to: "UBND phường Hoàn Kiếm", at: moment)
        func path(_ name: String) -> String { folder.appending(path: name).path }
        for (name, bytes) in [
            ("key.pem", pem), ("trust.pem", root.certificate), ("document.pdf", document),
            ("ours.p7s", try CMSSigner(pem: pem).sign(document, at: moment)), ("other.pdf", document + [0x0A]),
        ] { try Data(bytes).write(to: folder.appending(path: name)) }
        func openssl(_ arguments: [String]) throws -> Int32 {
            let process = Process()
            process.executableURL = URL(filePath: "/usr/bin/openssl")
            process.arguments = arguments
            process.standardError = FileHandle.nullDevice
            process.standardOutput = FileHandle.nullDevice
            try process.run()
            process.waitUntilExit()
            return process.terminationStatus
        }
        func verify(_ content: String) throws -> Int32 {
            try openssl([
                "cms", "-verify", "-binary", "-cades", "-inform", "DER", "-in", path("ours.p7s"), "-content",
                path(content), "-CAfile", path("trust.pem"),
            ])
        }
        #expect(try verify("document.pdf") == 0)
        #expect(try verify("other.pdf") != 0)
        #expect(
            try openssl([
                "cms", "-sign", "-binary", "-cades", "-outform", "DER", "-in", path("document.pdf"), "-signer",
                path("key.pem"), "-out", path("theirs.p7s"),
            ]) == 0)
        let theirs = Array(try Data(contentsOf: folder.appending(path: "theirs.p7s")))
        #expect(try CMSVerifier(trust: root.certificate).verify(theirs, of: document).signedAt != nil)
        #expect(throws: CMSFailure.wrong) {
            try CMSVerifier(trust: root.certificate).verify(theirs, of: document + [0x0A])
        }
    }
}
