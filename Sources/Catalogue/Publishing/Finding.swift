package import Core

/// Something that a revision lacks or contradicts itself in.
package struct Finding: Sendable, Hashable {
    package enum Kind: String, Sendable, CaseIterable {
        /// One of the parts that NĐ 63/2010/NĐ-CP Đ.8.2 asks of every procedure.
        case missing
        /// A channel's time limit is none of those that the cases have.
        case timeConflict = "time_conflict"
        /// The same way of filing has two time limits.
        case channelTwice = "channel_twice"
        /// The same fee differs a thousandfold between channels: most likely đồng against thousands of đồng.
        case feeScale = "fee_scale"
        /// A fee of nothing whose text names an amount.
        case feeInWords = "fee_in_words"
        /// A time limit in the unit “other”.
        case unitOther = "unit_other"
        /// The electronic form can't be used as it is.
        case form
    }

    package let kind: Kind
    /// What it is about: the part that is missing, the channel, the fee, the place in the form.
    package let subject: String
    /// The part of the desk where it is mended.
    package let part: String
    /// What the publisher answered to it, for what may be so.
    package let explanation: String?
    /// What exactly is wrong with the form.
    package var problem: Form.Problem?

    /// Whether it is a contradiction that can be explained, or something that simply has to be there.
    package var canBeExplained: Bool { kind != .missing && kind != .form }
    package var isSettled: Bool { canBeExplained && explanation?.isEmpty == false }
    /// Its name among the explanations.
    package var id: String { "\(kind.rawValue):\(subject)" }

    /// Everything about a revision's contents, what is explained included.
    package static func all(facts: JSON, form: JSON?) -> [Finding] {
        let explanations = facts["explanations"]?.object ?? [:]
        func finding(_ kind: Kind, _ subject: String, _ part: String) -> Finding {
            Finding(
                kind: kind, subject: subject, part: part,
                explanation: explanations["\(kind.rawValue):\(subject)"]?.string)
        }
        var found = missing(facts).map { finding(.missing, $0, parts[$0] ?? $0) }
        found += times(facts).map { finding($0.0, $0.1, "channels") }
        found += fees(facts).map { finding($0.0, $0.1, "fees") }
        found += (form.map(problems) ?? []).map { problem in
            Finding(
                kind: .form, subject: problem.path.joined(separator: "."), part: "form", explanation: nil,
                problem: problem)
        }
        return found
    }

    /// The finding in words.
    /// - Parameter words: the text of a key among `Templates/*/texts.json`.
    package func sentence(_ words: (_ key: String, _ arguments: [String: String]) -> String) -> String {
        let named: String
        switch kind {
        case .missing: named = words("desk.mandatory.\(subject)", [:])
        case .timeConflict, .unitOther: named = words("catalogue.method.\(subject)", [:])
        case .channelTwice, .feeScale, .feeInWords: named = subject
        case .form: named = problem.map { words("desk.problem.\($0.code)", $0.arguments) } ?? subject
        }
        return words("desk.finding.\(kind.rawValue)", ["subject": named])
    }

    /// The mandatory parts, in the order of the decree.
    package static let mandatory = ["name", "steps", "channels", "documents", "time", "subjects", "executing"]

    /// Where the parts stand that have no page of their own.
    private static let parts = ["name": "general", "time": "channels", "subjects": "agencies", "executing": "agencies"]

    /// Which of the mandatory parts aren't there.
    package static func missing(_ facts: JSON) -> [String] {
        let channels = facts["channels"]?.array ?? []
        let hasTime = (channels + (facts["cases"]?.array ?? [])).contains { $0["quantity"]?.int != nil }
        return mandatory.filter { part in
            switch part {
            case "name": facts["name"]?.string?.isEmpty != false
            case "time": !hasTime
            default: facts[part]?.array?.isEmpty != false
            }
        }
    }

    private static func times(_ facts: JSON) -> [(Kind, String)] {
        let channels = facts["channels"]?.array ?? []
        let cases = (facts["cases"]?.array ?? []).compactMap(Limit.init)
        var found: [(Kind, String)] = []
        var limits: [String: Set<Limit>] = [:]
        for channel in channels {
            guard let method = channel["method"]?.string, let limit = Limit(channel) else { continue }
            if limit.unit == "OTHER" {
                found.append((.unitOther, method))
            } else if !cases.isEmpty, !cases.contains(limit) {
                found.append((.timeConflict, method))
            }
            // Cases may take different times by the same channel; a channel by itself may not.
            limits[method + " " + (channel["case"]?.string ?? ""), default: []].insert(limit)
        }
        found += limits.filter { $0.value.count > 1 }.keys.sorted().map { (.channelTwice, $0.trimmed) }
        return found.uniqued
    }

    private static func fees(_ facts: JSON) -> [(Kind, String)] {
        var found: [(Kind, String)] = []
        var amounts: [String: [Int]] = [:]
        for channel in facts["channels"]?.array ?? [] {
            for fee in channel["fees"]?.array ?? [] {
                guard let amount = fee["amount"]?.int else { continue }
                let note = fee["note"]?.string ?? ""
                let item = [fee["type"]?.string ?? "", note].joined(separator: " ").trimmed
                if amount == 0, note.namesAnAmount { found.append((.feeInWords, String(note.prefix(120)))) }
                if amount > 0 { amounts[item, default: []].append(amount) }
            }
        }
        for (item, amounts) in amounts.sorted(by: { $0.key < $1.key }) {
            if let least = amounts.min(), let most = amounts.max(), most / least >= 1000 {
                found.append((.feeScale, String(item.prefix(120))))
            }
        }
        return found.uniqued
    }

    /// What keeps a form's JSON from being published.
    package static func problems(of form: JSON) -> [Form.Problem] {
        do {
            return try Form(json: form).check()
        } catch let error as Form.Malformed {
            return [error.problem]
        } catch {
            return [Form.Problem("malformed", at: [], "\(error)")]
        }
    }

    private struct Limit: Hashable {
        let quantity: Int
        let unit: String

        init?(_ json: JSON) {
            guard let quantity = json["quantity"]?.int, let unit = json["unit"]?.string else { return nil }
            self.quantity = quantity
            self.unit = unit
        }
    }
}

extension [(Finding.Kind, String)] {
    fileprivate var uniqued: Self {
        var seen: Set<String> = []
        return filter { seen.insert("\($0.0) \($0.1)").inserted }
    }
}

extension String {
    /// Whether an amount of money is written in the text: four digits or more with or without dots, or a word for it.
    fileprivate var namesAnAmount: Bool {
        let digits = utf8.split { !(48...57).contains($0) && $0 != UInt8(ascii: ".") && $0 != UInt8(ascii: ",") }
        return digits.contains { part in part.count(where: { (48...57).contains($0) }) >= 4 }
    }
}
