import Accounts
import Core
import Cryptography
import Dossiers
import FoundationEssentials
import Pages

extension ClientsPage.ClientView {
    init(_ client: EnrolledClient, _ words: Words, at now: Date) {
        self.init(
            link: Link(words.language, path: ["can-bo", "he-thong", client.id]), name: client.name, id: client.id,
            scopes: client.scopes.map { words(Words.scope($0)) }, networks: words.networks(of: client),
            state: words.state(of: client, at: now), isGood: client.isGood(at: now))
    }
}

extension ClientPage {
    /// - Parameter notice: the name of what was done, or of why it wasn't.
    init(
        _ client: EnrolledClient, keys: [ClientKey], calls: [ClientCall], refused: [RefusedReport], title: String,
        notice: String?, shown: String?, fields: [FieldView], _ words: Words, at now: Date
    ) {
        let path = ["can-bo", "he-thong", client.id]
        func link(_ more: String...) -> Link { Link(words.language, path: path + more) }
        let errors = FieldBuilder.summary(fields)
        self.init(
            title: title, errors: errors, hasErrors: !errors.isEmpty,
            notice: notice.flatMap { words.optional("accounts.system.done.\($0)") },
            isWarning: ["refused", "secret_changed", "client_out"].contains(notice ?? ""), name: client.name,
            id: client.id, isOut: client.disabledAt != nil, state: words.state(of: client, at: now),
            scopes: client.scopes.map { words(Words.scope($0)) }, networks: words.networks(of: client),
            until: client.expiresAt.map { words.formats.date(Day(of: $0) + -1) } ?? words("accounts.system.endless"),
            certificate: words("accounts.system.certificate.\(client.requiresCertificate ? "yes" : "no")"),
            shown: shown,
            secret: client.secretSince.map {
                words("accounts.system.secret.since", ["at": words.formats.dateTime($0)])
            } ?? words("accounts.system.secret.none"),
            older: client.olderSecretUntil.flatMap { until in
                until > now ? words("accounts.system.secret.older", ["at": words.formats.dateTime(until)]) : nil
            }, number: String(client.secretNumber), rotateAction: link("bi-mat"), hasKeys: !keys.isEmpty,
            keys: keys.map { KeyView($0, revokeAction: link("khoa", "thu-hoi"), words, at: now) },
            keyAction: link("khoa"), keyFields: fields, disableAction: link("ngung"),
            hasRefused: !refused.isEmpty,
            refused: refused.map { RefusedView($0, replayAction: link("bao-cao"), words) }, hasCalls: !calls.isEmpty,
            calls: calls.map { CallView($0, words) })
    }
}

extension ClientPage.KeyView {
    fileprivate init(_ key: ClientKey, revokeAction: Link, _ words: Words, at now: Date) {
        let until =
            key.revokedAt.map { words("accounts.system.key.revoked", ["at": words.formats.dateTime($0)]) }
            ?? key.expiresAt.map { words.formats.date(Day(of: $0) + -1) }
            ?? words("accounts.system.endless")
        self.init(
            kid: key.kid,
            kind: words(
                "accounts.system.key.kind.value", ["kind": key.key.kind.rawValue, "bits": String(key.key.bits)]),
            added: words.formats.dateTime(key.addedAt), until: until, isGood: key.holds(at: now),
            revokeAction: revokeAction)
    }
}

extension ClientPage.RefusedView {
    fileprivate init(_ report: RefusedReport, replayAction: Link, _ words: Words) {
        self.init(
            id: report.id.description, code: report.code ?? "", event: report.eventID ?? "",
            reason: words.problem(report.problem),
            fields: report.fields.map { problem in
                let message = words.optional("problems.field.\(problem.code)", problem.arguments) ?? problem.code
                return problem.field.isEmpty ? message : "\(problem.field): \(message)"
            }, times: words.formats.number(report.times), at: words.formats.dateTime(report.refusedAt),
            message: String(decoding: report.message.prefix(4000), as: UTF8.self), replayAction: replayAction)
    }
}

extension ClientPage.CallView {
    fileprivate init(_ call: ClientCall, _ words: Words) {
        self.init(
            at: words.formats.dateTime(call.at), call: "\(call.method) \(call.route)", status: String(call.status),
            problem: call.problem.map(words.problem), request: call.request)
    }
}

extension EnrolledClient {
    fileprivate func isGood(at now: Date) -> Bool { disabledAt == nil && expiresAt.map { $0 > now } ?? true }
}

extension Words {
    /// The key of what a scope allows.
    static func scope(_ scope: String) -> String { "accounts.scope." + scope.replacing(":", with: ".") }

    fileprivate func networks(of client: EnrolledClient) -> String {
        client.networks.isEmpty ? self("accounts.system.anywhere") : client.networks.joined(separator: ", ")
    }

    fileprivate func state(of client: EnrolledClient, at now: Date) -> String {
        if let at = client.disabledAt { return self("accounts.system.state.out", ["at": formats.dateTime(at)]) }
        guard let end = client.expiresAt else { return self("accounts.system.state.good") }
        let day = ["day": formats.date(Day(of: end) + -1)]
        return self(end > now ? "accounts.system.state.until" : "accounts.system.state.ended", day)
    }

    /// What a kind of failure is called.
    fileprivate func problem(_ name: String) -> String { optional("problems.\(name).title") ?? name }

    /// How late reports come; nil when there were none.
    func sentence(about lag: ReportLag) -> String? {
        guard lag.reports > 0 else { return nil }
        return self(
            "accounts.system.lag",
            ["count": formats.number(lag.reports), "median": span(lag.median), "most": span(lag.most)])
    }

    func sentence(about day: DayComparison) -> String {
        self(
            "accounts.systems.drift.day",
            [
                "day": formats.date(day.day), "theirs": formats.number(Int(day.theirCount)),
                "ours": formats.number(Int(day.ourCount)), "compared": formats.dateTime(day.comparedAt),
            ])
    }

    /// A span of time in its largest whole unit.
    private func span(_ seconds: Double) -> String {
        let whole = Int(seconds.rounded())
        let (count, unit) =
            switch whole {
            case ..<120: (whole, "seconds")
            case ..<7200: (whole / 60, "minutes")
            case ..<172_800: (whole / 3600, "hours")
            default: (whole / 86_400, "days")
            }
        return self("accounts.system.span.\(unit)", ["count": formats.number(count)])
    }
}
