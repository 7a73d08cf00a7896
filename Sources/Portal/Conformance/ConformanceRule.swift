import Core
import FoundationEssentials

/// What a system has to do to keep in step whatever the line does (Documentation/agencies.md).
enum ConformanceRule: String, CaseIterable, Sendable {
    case keepsToken = "keeps_token"
    case renewsToken = "renews_token"
    case repeatsLost = "repeats_lost"
    case repeatsRefused = "repeats_refused"
    case waitsWhenLimited = "waits_when_limited"
    case mendsRejected = "mends_rejected"
    case namesEventsOnce = "names_events_once"
    case numbersReports = "numbers_reports"
    case fillsGaps = "fills_gaps"
    case readsOn = "reads_on"
    case tellsTimes = "tells_times"
    case isHonest = "is_honest"

    enum Verdict: Sendable, Hashable {
        case passed
        /// What was seen: requests by their names, dossiers, events.
        case failed([String])
        /// Nothing happened that it could be judged by.
        case unseen
    }

    func verdict(on log: ConformanceLog) -> Verdict {
        switch self {
        case .keepsToken: keepsToken(log)
        case .renewsToken: renewsToken(log)
        case .repeatsLost: repeats(after: .lost, in: log)
        case .repeatsRefused: repeats(after: .refused, in: log)
        case .waitsWhenLimited: waits(log)
        case .mendsRejected: mends(log)
        case .namesEventsOnce: namesOnce(log)
        case .numbersReports: judged(log.reports) { $0.filter { $0.sequence == nil }.map(\.eventID) }
        case .fillsGaps: fillsGaps(log)
        case .readsOn: readsOn(log)
        case .tellsTimes: tellsTimes(log)
        case .isHonest:
            log.reports.isEmpty && log.flags.isEmpty
                ? .unseen : .of(log.flags.map { "\($0.key): \($0.value)" }.sorted())
        }
    }

    private func judged<Subject>(_ subjects: [Subject], _ wrong: ([Subject]) -> [String]) -> Verdict {
        subjects.isEmpty ? .unseen : .of(wrong(subjects))
    }

    /// A token is good for ten minutes: asked for with each call it costs two calls for one.
    private func keepsToken(_ log: ConformanceLog) -> Verdict {
        let tokens = log.calls.filter { $0.kind == .token }
        let others = log.calls.filter { $0.kind != .token && $0.fault != .expired }
        guard others.count >= 3 else { return .unseen }
        let expired = log.calls.filter { $0.fault == .expired }.count
        return .of(tokens.count - expired > 2 + others.count / 4 ? tokens.map(\.id) : [])
    }

    private func renewsToken(_ log: ConformanceLog) -> Verdict {
        judged(log.calls.indices.filter { log.calls[$0].fault == .expired }) { expired in
            expired.filter { index in
                let behind = log.calls[(index + 1)...]
                let isAsked = behind.contains { $0.kind == .token && $0.status == 200 }
                return !isAsked || !behind.contains { $0.kind != .token && $0.token != log.calls[index].token }
            }.map { log.calls[$0].id }
        }
    }

    /// The same again, under the same key: anything else may be done twice, or never.
    private func repeats(after fault: ConformanceLog.Call.Fault, in log: ConformanceLog) -> Verdict {
        judged(log.calls.indices.filter { log.calls[$0].fault == fault && log.calls[$0].kind == .status }) { struck in
            struck.filter { index in
                let call = log.calls[index]
                return !log.calls[(index + 1)...].contains { $0.key == call.key && $0.body == call.body }
            }.map { log.calls[$0].id }
        }
    }

    private func waits(_ log: ConformanceLog) -> Verdict {
        judged(log.calls.indices.filter { log.calls[$0].fault == .limited }) { limited in
            limited.filter { index in
                guard index + 1 < log.calls.count else { return false }
                // A tenth of a second's grace: what was under way already may still come.
                let wait = log.calls[index + 1].at.timeIntervalSince(log.calls[index].at)
                return wait > 0.1 && wait < Double(Conformance.limitedSeconds) - 0.1
            }.map { log.calls[$0].id }
        }
    }

    /// What was rejected won't be taken unchanged; three times is a loop.
    private func mends(_ log: ConformanceLog) -> Verdict {
        let rejected = log.calls.filter { (400..<500).contains($0.status) && $0.fault == nil && $0.kind == .status }
        return judged(rejected) { rejected in
            Dictionary(grouping: rejected, by: \.body).values.filter { $0.count > 2 }.compactMap(\.last?.id).sorted()
        }
    }

    private func namesOnce(_ log: ConformanceLog) -> Verdict {
        judged(log.reports) { reports in
            Dictionary(grouping: reports, by: \.eventID).filter { Set($0.value.map(\.message)).count > 1 }.keys.sorted()
        }
    }

    /// From 1 on, one more each, none left out in the end.
    private func fillsGaps(_ log: ConformanceLog) -> Verdict {
        let numbers = Dictionary(grouping: log.reports.filter { $0.sequence != nil }, by: \.code)
            .mapValues { Set($0.compactMap(\.sequence)) }
        return judged(Array(numbers)) { numbers in
            numbers.filter { $0.value != Set(1...max(1, $0.value.max() ?? 1)) }.map(\.key).sorted()
        }
    }

    /// From where the answer before said, or from the beginning.
    private func readsOn(_ log: ConformanceLog) -> Verdict {
        let reads = log.calls.filter { $0.kind == .events }
        guard reads.count >= 2 else { return .unseen }
        var known: Set<Int> = [0]
        var wrong: [String] = []
        for read in reads {
            if let after = read.after, !known.contains(after), known.count > 1 { wrong.append(read.id) }
            if let next = read.next { known.insert(next) }
            if let after = read.after { known.insert(after) }
        }
        // Whoever always begins anew keeps no place.
        if reads.count >= 3, reads.allSatisfy({ $0.after == nil || $0.after == 0 }),
            reads.contains(where: { ($0.next ?? 0) > 0 })
        {
            wrong += reads.map(\.id)
        }
        return .of(wrong)
    }

    /// Steps of one dossier that all bear the same time were made up, or bear that of the sending.
    private func tellsTimes(_ log: ConformanceLog) -> Verdict {
        let byDossier = Dictionary(grouping: log.reports, by: \.code)
            .mapValues { Dictionary($0.map { ($0.eventID, $0.occurredAt) }) { $1 } }.filter { $0.value.count > 1 }
        return judged(Array(byDossier)) { dossiers in
            dossiers.filter { Set($0.value.values).count < $0.value.count }.map(\.key).sorted()
        }
    }
}

extension ConformanceRule.Verdict {
    fileprivate static func of(_ wrong: [String]) -> ConformanceRule.Verdict {
        wrong.isEmpty ? .passed : .failed(wrong)
    }
}
