/// A struct whose stored fields are names a template may print: a row of a list, a nested part, the chrome of the
/// layout.
///
/// Each field is `Printable`, `HTML`, `Bool`, another `Fields`, or an optional or array of one of these; anything else
/// is refused when the page is compiled. Fields hold text already in words (formatted dates, sums): templates don't
/// format.
package protocol Fields: Sendable {}

/// What one template prints: a struct with exactly the fields its template names.
package protocol Page: Fields {
    /// The template's path below `Templates/`, without its extension: `dossiers/show` is
    /// `Templates/dossiers/show.mustache`.
    static var template: String { get }
}

/// A value that `{{name}}` may print.
package protocol Printable: Sendable {
    /// Writes the value as plain text; `Out` escapes it as the place on the page demands.
    func print(into out: inout Out)
}

extension String: Printable {
    package func print(into out: inout Out) { out.write(self) }
}

extension Int: Printable {
    package func print(into out: inout Out) { out.write(self) }
}

extension Int64: Printable {
    package func print(into out: inout Out) { out.write(Int(self)) }
}

/// An enum over strings prints its raw value, the name that stylesheets and addresses use.
extension Printable where Self: RawRepresentable, RawValue == String {
    package func print(into out: inout Out) { out.write(rawValue) }
}

/// Markup that goes onto a page as it is, by `{{{name}}}` and only between tags.
///
/// Made by our own renderers alone, which have escaped every value in it. Never by a person's text.
package struct HTML: Hashable, Sendable {
    let markup: String

    /// Trusts `markup` completely.
    package init(unescapedHTML markup: String) { self.markup = markup }
}
