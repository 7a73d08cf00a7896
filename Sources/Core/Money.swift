/// An amount in whole đồng.
package struct Money: Hashable, Comparable, Sendable {
    package let dong: Int

    package init(dong: Int) { self.dong = dong }

    package static func < (left: Money, right: Money) -> Bool { left.dong < right.dong }
}
