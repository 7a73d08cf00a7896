import Core
import Dossiers
import FoundationEssentials

extension Words {
    /// How a due date was worked out, a sentence each; days skipped for the same reason share one.
    func steps(of reasoning: DossierDeadline) -> [String] {
        var sentences: [String] = []
        var weekend: [Day] = []
        var holidays: [Day] = []
        func say(_ key: String, _ arguments: [String: String]) {
            sentences.append(self("dossiers.due.\(key)", arguments))
        }
        func flush() {
            for (key, days) in [("skipped_weekend", weekend), ("skipped_holiday", holidays)] where !days.isEmpty {
                say(key, ["days": days.map(formats.date).joined(separator: ", ")])
            }
            (weekend, holidays) = ([], [])
        }
        for step in reasoning.steps {
            switch step {
            case .skippedWeekend(let day): weekend.append(day)
            case .skippedHoliday(let day): holidays.append(day)
            case .receivedAfterCutOff(let day):
                let time = day.instant(minute: reasoning.limit?.cutOff ?? 0)
                say("received_after_cut_off", ["day": formats.date(day), "time": formats.time(time)])
            case .receivedOnDayOff(let day): say("received_on_day_off", ["day": formats.date(day)])
            case .countsAsReceived(let day):
                flush()
                say("counts_as_received", ["day": formats.date(day)])
            case .countFrom(let day): say("count_from", ["day": formats.date(day)])
            case .countFromTime(let instant):
                flush()
                say("count_from_time", ["time": formats.dateTime(instant)])
            case .lastDayMoved(let from, let to):
                flush()
                say("last_day_moved", ["from": formats.date(from), "to": formats.date(to)])
            case .given(let day): say("given", ["day": formats.date(day)])
            case .paused(let kind, let from, let to, let minutes):
                flush()
                say(
                    "paused.\(kind.rawValue)",
                    ["from": formats.dateTime(from), "to": formats.dateTime(to), "work": work(minutes)])
            case .due(let day):
                flush()
                say("due", ["day": formats.date(day)])
            case .dueAt(let instant):
                flush()
                say("due_at", ["time": formats.dateTime(instant)])
            }
        }
        return sentences
    }

    /// The same in one line: `nhận 16:20 thứ Sáu 24/4 → tính từ thứ Hai 27/4; nghỉ 30/4–1/5; 5 ngày làm việc → 6/5`. Nil for
    /// a date that wasn't counted.
    func line(of reasoning: DossierDeadline) -> String? {
        guard let limit = reasoning.limit else { return nil }
        let isOneYear = Day(of: reasoning.receivedAt).components.year == Day(of: reasoning.due).components.year
        func short(_ day: Day) -> String {
            let (_, month, number) = day.components
            return isOneYear ? "\(number)/\(month)" : formats.date(day)
        }
        func weekday(_ day: Day) -> String {
            let name = formats.weekday(day)
            return language == .vi ? name.prefix(1).lowercased() + name.dropFirst() : name
        }
        let received = Day(of: reasoning.receivedAt)
        var first = self(
            "dossiers.due.line.received",
            ["time": formats.time(reasoning.receivedAt), "weekday": weekday(received), "day": short(received)])
        for step in reasoning.steps {
            if case .countsAsReceived(let day) = step {
                first += " → " + self("dossiers.due.line.from", ["weekday": weekday(day), "day": short(day)])
            }
        }
        let off = runs(reasoning.steps.compactMap { if case .skippedHoliday(let day) = $0 { day } else { nil } })
        let paused = reasoning.steps.reduce(0) { total, step in
            if case .paused(_, _, _, let minutes) = step { total + minutes } else { total }
        }
        var parts = [first]
        if !off.isEmpty {
            let days = off.map { $0 == $1 ? short($0) : "\(short($0))–\(short($1))" }
            parts.append(self("dossiers.due.line.off", ["days": days.joined(separator: ", ")]))
        }
        if paused > 0 { parts.append(self("dossiers.due.line.paused", ["work": work(paused)])) }
        let due = short(Day(of: reasoning.due))
        let end = limit.isExact ? "\(formats.time(reasoning.due)) \(due)" : due
        parts.append("\(self.limit(limit)) → \(end)")
        return parts.joined(separator: "; ")
    }

    /// `19 giờ 30 phút`: time of work.
    private func work(_ minutes: Int) -> String {
        self("dossiers.due.work", ["hours": formats.number(minutes / 60), "minutes": String(minutes % 60)])
    }

    /// How a dossier stands by law and by the national index, a sentence each; nothing where nothing is due.
    func counts(_ dossier: DossierSummary, _ index: IndexFigures, at now: Date) -> [String] {
        guard let due = dossier.dueAt, let indexDue = index.due, let isOnTime = index.isOnTime else { return [] }
        func state(_ isLate: Bool) -> String {
            self("dossiers.count.\(isLate ? "late" : dossier.finishedAt == nil ? "running" : "on_time")")
        }
        let byLaw = self(
            "dossiers.count.law",
            [
                "due": formats.date(due),
                "state": state(Day(of: dossier.finishedAt ?? now) > Day(of: due)),
            ])
        let byIndex = self(
            "dossiers.count.index",
            [
                "due": formats.date(indexDue), "state": state(!isOnTime), "net": work(index.net),
                "taken": work(index.elapsed - index.net), "count": formats.number(index.supplements),
            ])
        return [byLaw, byIndex] + (index.supplements > 1 ? [self("dossiers.count.twice")] : [])
    }

    /// First and last of days that follow each other.
    private func runs(_ days: [Day]) -> [(Day, Day)] {
        days.sorted().reduce(into: []) { runs, day in
            if let last = runs.last, day == last.1 + 1 { runs[runs.count - 1].1 = day } else { runs.append((day, day)) }
        }
    }
}
