/// The national code of a procedure, `1.001193`, with what else may follow it: a case (`1.004194.01`), the organisation
/// that has its own variant (`1.000948.H38`, before 2022 `1.000656.000.00.00.H29`).
package struct ProcedureCode: Hashable, Sendable, CustomStringConvertible {
    package let description: String

    /// The procedure alone, without case and organisation.
    package var base: String { String(description.prefix(8)) }

    /// Forgives spaces around it and a small letter. Nil unless it is
    /// `^[123]\.\d{6}(\.\d{2})?((\.000\.00\.00)?\.[A-Z]\d{2})?$`.
    package init?(_ text: String) {
        guard text.utf8.count <= 60 else { return nil }
        let bytes = text.cleaned.utf8.map { (97...122).contains($0) ? $0 - 32 : $0 }
        let parts = bytes.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
            .map { String(decoding: $0, as: UTF8.self) }
        guard parts.count >= 2, ["1", "2", "3"].contains(parts[0]), Self.isNumber(parts[1], digits: 6) else {
            return nil
        }
        var rest = parts.dropFirst(2)
        if let first = rest.first, Self.isNumber(first, digits: 2) { rest = rest.dropFirst() }
        if rest.count == 4 {
            guard rest.prefix(3).elementsEqual(["000", "00", "00"]) else { return nil }
            rest = rest.dropFirst(3)
        }
        if let organisation = rest.popFirst() {
            guard let letter = organisation.utf8.first, (65...90).contains(letter),
                Self.isNumber(organisation.dropFirst(), digits: 2)
            else { return nil }
        }
        guard rest.isEmpty else { return nil }
        description = String(decoding: bytes, as: UTF8.self)
    }

    private static func isNumber(_ text: some StringProtocol, digits: Int) -> Bool {
        text.utf8.count == digits && text.utf8.allSatisfy { (48...57).contains($0) }
    }
}
