import Catalogue
import Core
import FoundationEssentials
import Pages

extension Words {
    /// A kind with what there is of it, by groups in the order of their first.
    func view(of kind: ContentKind, _ contents: [Content], at now: Date) -> DeskContentsPage.KindView {
        let names = contents.map(\.group).reduce(into: [String]()) { names, name in
            if !names.contains(name) { names.append(name) }
        }
        return DeskContentsPage.KindView(
            kind: kind.rawValue, name: self("contents.kind.\(kind.rawValue)"),
            explanation: self("contents.kind.\(kind.rawValue).explanation"),
            canAdd: !kind.isSingle || contents.isEmpty, isEmpty: contents.isEmpty,
            groups: names.map { name in
                let group = contents.filter { $0.group == name }
                return DeskContentsPage.GroupView(
                    name: heading(of: group[0]),
                    items: group.enumerated().map { index, content in
                        item(content, isFirst: index == 0, isLast: index == group.count - 1, at: now)
                    })
            })
    }

    /// How people know a content.
    func title(of content: Content) -> String {
        content.text(content.kind.titleMember)?[language] ?? self("contents.kind.\(content.kind.rawValue)")
    }

    private func heading(of content: Content) -> String? {
        switch content.kind {
        case .lifeEvent: self("contents.audience.\(content.group == "business" ? "business" : "citizen")")
        case .question: content.text("topic")?[language] ?? content.group
        case .banner, .featured: nil
        }
    }

    private func item(
        _ content: Content, isFirst: Bool, isLast: Bool, at now: Date
    ) -> DeskContentsPage.ItemView {
        let place = "\(content.kind.rawValue)/\(content.id)/\(content.version)"
        let isWithdrawn = content.withdrawnAt != nil
        let date = formats.dateTime(content.updatedAt)
        return DeskContentsPage.ItemView(
            title: title(of: content),
            link: Link(language, path: ["bien-tap", "noi-dung", content.kind.rawValue, content.id]),
            edited: content.editor.map { self("contents.desk.edited", ["date": date, "name": $0]) }
                ?? self("contents.desk.seed", ["date": date]),
            state: state(of: content, at: now), isWithdrawn: isWithdrawn, up: isFirst ? nil : "up:\(place)",
            down: isLast ? nil : "down:\(place)",
            withdraw: content.kind.isSingle || isWithdrawn ? nil : "withdraw:\(place)",
            restore: isWithdrawn ? "restore:\(place)" : nil)
    }

    /// When a notice is shown, and whether that is now.
    private func state(of content: Content, at now: Date) -> String? {
        guard content.kind == .banner, let (from, until) = content.period else { return nil }
        let key = now < from ? "coming" : now < until ? "active" : "past"
        return self("contents.notice.\(key)", ["from": formats.dateTime(from), "until": formats.dateTime(until)])
    }
}

extension Web {
    /// The keys of contents that code puts together.
    static var contentTextKeys: [String] {
        var keys = ContentKind.allCases.flatMap { ["kind.\($0.rawValue)", "kind.\($0.rawValue).explanation"] }
        keys += LifeEvent.Audience.allCases.map { "audience.\($0.rawValue)" }
        keys += contentNotices.map { "done.\($0)" }
        keys += ["coming", "active", "past"].map { "notice.\($0)" }
        return keys.map { "contents.\($0)" }
    }
}
