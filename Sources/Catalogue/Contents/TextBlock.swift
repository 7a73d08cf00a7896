import Core

/// A piece of plain text as a page shows it: whatever a person typed is words, never markup.
package enum TextBlock: Sendable, Hashable {
    case paragraph(String)
    case list([String])

    /// Blank lines part paragraphs; lines that begin with `- ` are the items of a list.
    package static func blocks(of text: String) -> [TextBlock] {
        var blocks: [TextBlock] = []
        var isOpen = false
        for line in text.split(separator: "\n", omittingEmptySubsequences: false).map({ String($0).trimmed }) {
            if line.isEmpty {
                isOpen = false
                continue
            }
            let item = line.hasPrefix("- ") ? String(line.dropFirst(2)).trimmed : nil
            switch (blocks.last, item) {
            case (.list(let items), let item?) where isOpen: blocks[blocks.count - 1] = .list(items + [item])
            case (.paragraph(let words), nil) where isOpen: blocks[blocks.count - 1] = .paragraph(words + " " + line)
            case (_, let item?): blocks.append(.list([item]))
            case (_, nil): blocks.append(.paragraph(line))
            }
            isOpen = true
        }
        return blocks
    }
}
