import Core
import Dossiers

extension Web {
    /// The keys of officers' work that code puts together.
    static var workTextKeys: [String] {
        let acts = OfficerAct.Kind.allCases.map(\.rawValue)
        return acts.flatMap { ["dossiers.act.name.\($0)", "dossiers.act.button.\($0)", "dossiers.work.notice.\($0)"] }
            + RefusalReason.allCases.map { "dossiers.act.option.refuse.reason.\($0.rawValue)" }
            + PaymentOutcome.allCases.map { "dossiers.act.option.settle_payment.outcome.\($0.rawValue)" }
            + ReturnWay.allCases.map { "dossiers.act.option.give_back.way.\($0.rawValue)" }
            + ["yes", "no"].map { "dossiers.act.option.decide.granted.\($0)" }
            + ["template", "upload"].map { "dossiers.act.option.decide.source.\($0)" } + ["dossiers.act.button.issue"]
            + [
                "status", "letter", "silent", "due", "no_due", "slip", "once", "second", "pause", "waits", "consult",
                "finish", "end",
            ].map { "dossiers.act.effect.\($0)" }
            + WorkView.Bucket.allCases.map { "dossiers.work.group.\($0.rawValue)" }
            + WorkView.Order.allCases.map { "dossiers.work.order.\($0.rawValue)" }
            + WorkQuery.Column.allCases.map { "dossiers.work.column.\($0.rawValue)" }
            + WaitsFor.allCases.map { "dossiers.work.waits.\($0.rawValue)" }
            + ["mine"].map { "dossiers.work.group.\($0)" }
            + ["anyone", "me", "nobody"].map { "dossiers.work.who.\($0)" }
            + BatchAct.allCases.map { "dossiers.batch.\($0.rawValue)" }
            + ["changed", "somebody", "status", "duty", "unit", "missing", "unknown"].map {
                "dossiers.batch.failed.\($0)"
            }
            + DossierEvent.Kind.allCases.filter { $0 != .status }.map { "dossiers.event.\($0.rawValue)" }
            + ["parked", "overdue", "refused"].map { "dossiers.report.\($0)" }
            + ["open", "paid", "waived"].map { "dossiers.obligation.\($0)" }
            + (1...5).map { "dossiers.rating.satisfaction.\($0)" }
            + (0...2).flatMap { value in
                ["contacts", "offices", "attitude"].map { "dossiers.rating.\($0).\(value)" }
            }
    }
}
