import Pages
import Papers

/// An address as a QR code, drawn as SVG: `verification/qr`.
struct QRView: Fields {
    /// The dark modules, one path.
    let path: String
    /// Modules a side with the quiet zone.
    let size: Int
    let address: String

    /// Nil for an address too long for a code.
    init?(_ address: String) {
        guard let code = QRCode(address) else { return nil }
        path = code.path
        size = code.sizeWithQuietZone
        self.address = address
    }
}
