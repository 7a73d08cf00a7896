package import Core

/// One thing in which two revisions differ, and where it stands.
package struct RevisionChange: Sendable, Hashable {
    package enum Kind: String, Sendable, CaseIterable {
        case added, removed, changed, moved
    }

    /// A step on the way to it: a member by its name, or an element of a list by what it calls itself.
    package enum Step: Sendable, Hashable {
        case member(String)
        case element(JSON)
    }

    package let path: [Step]
    package let kind: Kind
    /// Nil for what was added.
    package let before: JSON?
    /// Nil for what was removed.
    package let after: JSON?
}

extension RevisionChange {
    /// Everything in which two documents differ, in the order of the newer one.
    ///
    /// Elements that have an id, a code or a name are compared with their namesakes wherever these stand; others are
    /// compared as whole.
    package static func all(from old: JSON, to new: JSON) -> [RevisionChange] {
        compare(old, new, at: [])
    }

    private static func compare(_ old: JSON?, _ new: JSON?, at path: [Step]) -> [RevisionChange] {
        let (old, new) = (old?.present, new?.present)
        switch (old, new) {
        case _ where old == new: return []
        case (nil, let new?): return [RevisionChange(path: path, kind: .added, before: nil, after: new)]
        case (let old?, nil): return [RevisionChange(path: path, kind: .removed, before: old, after: nil)]
        case (.object(let old)?, .object(let new)?) where !old.isText && !new.isText:
            return Set(old.keys).union(new.keys).sorted(by: precedes).flatMap { name in
                compare(old[name], new[name], at: path + [.member(name)])
            }
        case (.array(let old)?, .array(let new)?): return compare(old, new, at: path)
        default: return [RevisionChange(path: path, kind: .changed, before: old, after: new)]
        }
    }

    private static func compare(_ old: [JSON], _ new: [JSON], at path: [Step]) -> [RevisionChange] {
        guard let oldKeys = keys(of: old), let newKeys = keys(of: new) else {
            return new.difference(from: old).map { change in
                switch change {
                case .remove(_, let element, _):
                    RevisionChange(path: path + [.element(element)], kind: .removed, before: element, after: nil)
                case .insert(_, let element, _):
                    RevisionChange(path: path + [.element(element)], kind: .added, before: nil, after: element)
                }
            }
        }
        let before = Dictionary(zip(oldKeys, old), uniquingKeysWith: { first, _ in first })
        let after = Dictionary(zip(newKeys, new), uniquingKeysWith: { first, _ in first })
        var changes = zip(oldKeys, old).filter { after[$0.0] == nil }.map { _, element in
            RevisionChange(path: path + [.element(element)], kind: .removed, before: element, after: nil)
        }
        for (key, element) in zip(newKeys, new) {
            guard let earlier = before[key] else {
                changes.append(
                    RevisionChange(path: path + [.element(element)], kind: .added, before: nil, after: element))
                continue
            }
            changes += compare(earlier, element, at: path + [.element(element)])
        }
        return changes
            + moved(oldKeys.filter { after[$0] != nil }, newKeys.filter { before[$0] != nil }, after, at: path)
    }

    /// The elements that stand elsewhere among those that both lists have: as few as tell the whole change.
    private static func moved(
        _ old: [String], _ new: [String], _ elements: [String: JSON], at path: [Step]
    ) -> [RevisionChange] {
        new.difference(from: old).compactMap { change in
            guard case .insert(_, let key, _) = change, let element = elements[key] else { return nil }
            return RevisionChange(path: path + [.element(element)], kind: .moved, before: element, after: element)
        }
    }

    /// What tells the elements of a list apart; nil when nothing does.
    private static func keys(of list: [JSON]) -> [String]? {
        for members in [
            ["id"], ["value"], ["sha256"], ["method", "case"], ["type", "note"], ["code", "name"], ["name"], ["group"],
            ["field"],
        ] {
            let keys = list.map { element in
                element[members[0]] == nil ? nil : members.map { element[$0]?.string ?? "" }.joined(separator: "\u{0}")
            }
            let found = keys.compactMap(\.self)
            if found.count == list.count, Set(found).count == list.count { return found }
        }
        return list.isEmpty ? [] : nil
    }

    /// Names first, then what an id says, then the rest by their names.
    private static func precedes(_ left: String, _ right: String) -> Bool {
        let order = ["name", "name_en", "title", "label", "field", "kind"]
        let (l, r) = (order.firstIndex(of: left) ?? order.count, order.firstIndex(of: right) ?? order.count)
        return l == r ? left < right : l < r
    }
}

extension JSON {
    /// Nil for null and for what holds nothing: a text that is empty and one that isn't there say the same.
    fileprivate var present: JSON? {
        switch self {
        case .null, "", .array([]), .object([:]): nil
        default: self
        }
    }
}

extension [String: JSON] {
    /// A text in both languages is one thing.
    fileprivate var isText: Bool { Set(keys) == ["vi", "en"] }
}
