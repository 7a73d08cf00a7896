import Core

/// Fits a text into one SMS: 160 signs of the alphabet of GSM 03.38, or 70 of UCS-2.
///
/// Accents cost more than half of the room, so they come off (đ to d) unless they are asked for and there is room.
package struct ShortText: Sendable {
    private let keepsAccents: Bool

    package init(keepsAccents: Bool) { self.keepsAccents = keepsAccents }

    package func fitting(_ text: String) -> String {
        let text = text.cleaned
        if Self.septets(text).map({ $0 <= 160 }) ?? (keepsAccents && text.utf16.count <= 70) { return text }
        let plain = text.unaccented
        guard Self.septets(plain) ?? .max > 160 else { return plain }
        var kept = ""
        var length = 0
        for sign in plain {
            length += Self.septets(String(sign)) ?? 1
            if length > 157 { break }
            kept.append(sign)
        }
        return kept.trimmed + "..."
    }

    /// How many places the text takes in the alphabet of GSM 03.38, nil when it has a sign outside of it.
    static func septets(_ text: String) -> Int? {
        var count = 0
        for scalar in text.unicodeScalars {
            if basic.contains(scalar) {
                count += 1
            } else if extended.contains(scalar) {
                count += 2
            } else {
                return nil
            }
        }
        return count
    }

    private static let basic = Set(
        ("@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§"
            + "¿abcdefghijklmnopqrstuvwxyzäöñüà").unicodeScalars)
    private static let extended = Set("^{}\\[~]|€".unicodeScalars)
}
