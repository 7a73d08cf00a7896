package import Core

/// A part of a procedure as one page of the desk edits it: the answers of a section of `Templates/desk/parts.json`, to
/// and from the facts that a revision stores.
package enum FactsPart: String, Sendable, CaseIterable {
    case general, agencies, steps, channels, fees, cases, documents, results, legal, conditions

    /// The facts as answers to the part's questions.
    package func answers(_ facts: JSON) -> [String: JSON] {
        switch self {
        case .general:
            return facts.members(["name", "name_en", "levels"])
                .merging(["field_name": facts["field"]?["name"], "field_code": facts["field"]?["code"]].compacted) {
                    $1
                }
        case .agencies:
            return ["executing", "authorised", "coordinating", "subjects"].reduce(into: [:]) { answers, member in
                let lines = (facts[member]?.array ?? []).compactMap(\.string)
                if !lines.isEmpty { answers[member] = .string(lines.joined(separator: "\n")) }
            }
        case .steps: return ["steps": .array((facts["steps"]?.array ?? []).map { ["text": $0] })]
        case .channels:
            let members = ["method", "case", "quantity", "unit", "description"]
            return ["channels": .array((facts["channels"]?.array ?? []).map { .object($0.members(members)) })]
        case .fees: return ["fees": .array(fees(of: facts))]
        case .cases: return ["cases": facts.list("cases", ["code", "name", "quantity", "unit"])]
        case .documents: return ["documents": .array(documents(of: facts))]
        case .results: return ["results": facts.list("results", ["code", "name"])]
        case .legal: return ["legal_basis": facts.list("legal_basis", ["code", "name"])]
        case .conditions:
            return facts.members(["requirements", "source"])
                .merging(
                    ["decision_number": facts["decision"]?["number"], "decision_date": facts["decision"]?["date"]]
                        .compacted
                ) { $1 }
        }
    }

    /// The facts with the part's answers in the place of what was there. Members that no question asks about stay.
    package func facts(_ facts: JSON, with answers: [String: JSON]) -> JSON {
        var members = facts.object ?? [:]
        switch self {
        case .general:
            for member in ["name", "name_en"] { members[member] = answers[member] ?? .null }
            members["levels"] = answers["levels"] ?? []
            members["field"] = .object(["name": answers["field_name"], "code": answers["field_code"]].compacted)
        case .agencies:
            for member in ["executing", "authorised", "coordinating", "subjects"] {
                let lines = (answers[member]?.string ?? "").split(separator: "\n").map { String($0).trimmed }
                members[member] = .array(lines.filter { !$0.isEmpty }.map(JSON.string))
            }
        case .steps: members["steps"] = .array(answers.items("steps").compactMap { $0["text"] })
        case .channels: members["channels"] = .array(channels(answers.items("channels"), keeping: fees(of: facts)))
        case .fees:
            members["channels"] = .array(channels(facts["channels"]?.array ?? [], keeping: answers.items("fees")))
        case .cases: members["cases"] = .array(answers.items("cases"))
        case .documents: members["documents"] = .array(groups(answers.items("documents"), of: facts))
        case .results: members["results"] = .array(answers.items("results"))
        case .legal: members["legal_basis"] = .array(answers.items("legal_basis"))
        case .conditions:
            members["requirements"] = answers["requirements"] ?? .null
            members["source"] = answers["source"] ?? ""
            let decision = ["number": answers["decision_number"], "date": answers["decision_date"]].compacted
            members["decision"] = decision.isEmpty ? .null : .object(decision)
        }
        return .object(members)
    }

    /// Fees stand with their channel; on their page they are rows that name it.
    private func fees(of facts: JSON) -> [JSON] {
        (facts["channels"]?.array ?? []).flatMap { channel in
            (channel["fees"]?.array ?? []).map { fee in
                .object(
                    fee.members(["type", "amount", "note"]).merging(channel.members(["method", "case"])) { own, _ in own
                    })
            }
        }
    }

    /// Channels with the fees that name them. A fee of a channel that isn't there brings the channel with it, so that
    /// nothing typed is lost.
    private func channels(_ channels: [JSON], keeping fees: [JSON]) -> [JSON] {
        var rows = channels.map { channel -> [String: JSON] in
            var members = channel.object ?? [:]
            members["fees"] = []
            return members
        }
        for fee in fees {
            let place = rows.firstIndex { $0["method"] == fee["method"] && $0["case"] == fee["case"] }
            let index = place ?? rows.endIndex
            if place == nil { rows.append(fee.members(["method", "case"]).merging(["fees": []]) { $1 }) }
            rows[index]["fees"] = .array(
                (rows[index]["fees"]?.array ?? []) + [.object(fee.members(["type", "amount", "note"]))])
        }
        return rows.map(JSON.object)
    }

    private func documents(of facts: JSON) -> [JSON] {
        (facts["documents"]?.array ?? []).flatMap { group in
            (group["items"]?.array ?? []).map { item in
                var members = item.members(["name", "code", "originals", "copies"])
                if let name = group["group"]?.string, !name.isEmpty { members["group"] = .string(name) }
                return .object(members)
            }
        }
    }

    /// Neighbouring rows of the same name make one group. What no question asks about stays with its document, its
    /// template files above all.
    private func groups(_ rows: [JSON], of facts: JSON) -> [JSON] {
        let asked = ["name", "code", "originals", "copies"]
        let kept = Self.others(than: asked, of: rows, in: facts)
        var groups: [(name: String, items: [JSON])] = []
        for (row, others) in zip(rows, kept) {
            let name = row["group"]?.string ?? ""
            if groups.last?.name != name { groups.append((name, [])) }
            groups[groups.count - 1].items.append(.object(row.members(asked).merging(others) { own, _ in own }))
        }
        return groups.map { ["group": .string($0.name), "items": .array($0.items)] }
    }

    /// The members of each row's document that weren't asked for. A row's document is the one of its code and name,
    /// wherever that stood; else the one of its code, or of its name, that no other row is.
    private static func others(than asked: [String], of rows: [JSON], in facts: JSON) -> [[String: JSON]] {
        var left = (facts["documents"]?.array ?? []).flatMap { $0["items"]?.array ?? [] }
        var found = [[String: JSON]?](repeating: nil, count: rows.count)
        for alike in [["code", "name"], ["code"], ["name"]] {
            for (index, row) in rows.enumerated() where found[index] == nil {
                let match = left.firstIndex { document in
                    alike.allSatisfy { (document[$0]?.string ?? "") == (row[$0]?.string ?? "") }
                        && alike.contains { row[$0]?.string?.isEmpty == false }
                }
                guard let match else { continue }
                found[index] = left.remove(at: match).object?.filter { !asked.contains($0.key) }
            }
        }
        return found.map { $0 ?? [:] }
    }
}

extension JSON {
    /// Some members of an object, without those that are absent, null or empty.
    fileprivate func members(_ names: [String]) -> [String: JSON] {
        names.reduce(into: [:]) { found, name in
            guard let value = self[name], value != .null, value != "" else { return }
            found[name] = value
        }
    }

    fileprivate func list(_ name: String, _ members: [String]) -> JSON {
        .array((self[name]?.array ?? []).map { .object($0.members(members)) })
    }
}

extension [String: JSON?] {
    fileprivate var compacted: [String: JSON] { compactMapValues { $0 == .null ? nil : $0 } }
}

extension [String: JSON] {
    fileprivate func items(_ name: String) -> [JSON] { self[name]?.array ?? [] }
}
