package import Cryptography
import FoundationEssentials

/// The keys that agencies sign results with: a folder with a file for each agency, `H26.00070.pem`, which holds the private
/// key, its certificate and those between it and a trusted one.
///
/// Files are read when something is signed, so that a renewed certificate needs no restart. In production the folder is
/// readable by the portal's user alone; a module that keeps keys to itself would take this place.
package struct AgencySigners: Sendable {
    private let directory: String?
    /// Whether an agency without a key may issue results, which then bear no signature.
    package let allowsUnsigned: Bool

    /// - Parameter directory: nil for no keys at all.
    package init(directory: String?, allowsUnsigned: Bool) {
        self.directory = directory
        self.allowsUnsigned = allowsUnsigned
    }

    /// No keys, and nothing goes out unsigned.
    package static let none = AgencySigners(directory: nil, allowsUnsigned: false)

    /// The agency's key. Nil when it has none.
    /// - Throws: `CMSFailure.unusableKey`.
    package func signer(of agency: String) throws -> CMSSigner? {
        // A code is letters, digits and dots; anything else must not touch a path.
        guard let directory, !agency.isEmpty, !agency.hasPrefix("."),
            agency.utf8.allSatisfy({ (48...57).contains($0) || (65...90).contains($0) || $0 == UInt8(ascii: ".") }),
            let pem = FileManager.default.contents(atPath: "\(directory)/\(agency).pem")
        else { return nil }
        return try CMSSigner(pem: Array(pem))
    }

    /// The certificates that agencies' chains end at, in PEM: `trust.pem` in the same folder. Nil when there is none.
    package var trusted: [UInt8]? {
        directory.flatMap { FileManager.default.contents(atPath: "\($0)/trust.pem") }.map(Array.init)
    }
}
