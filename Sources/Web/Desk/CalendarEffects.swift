import Core
import Dossiers
import Pages

/// What a change of the calendar, or of an agency's hours, means for due dates that were promised: `desk/effects`.
struct CalendarEffects: Fields {
    let examined: String
    let moved: String
    let isPartial: Bool
    let isUnmoved: Bool
    let agencies: [AgencyView]
    let hasMoreAgencies: Bool
    let agencyCount: String
    let moves: [MoveView]
    let hasMore: Bool

    struct AgencyView: Fields {
        let agency: String
        let moved: String
        /// “muộn hơn 1 đến 3 ngày”
        let shift: String
    }

    struct MoveView: Fields {
        let code: String
        let procedure: String
        let from: String
        let to: String
    }

    init(_ preview: CalendarPreview, _ words: Words) {
        examined = words.formats.number(preview.examined)
        moved = words.formats.number(preview.moved)
        isPartial = preview.isPartial
        isUnmoved = preview.moved == 0
        agencies = preview.agencies.map { shift in
            AgencyView(agency: shift.agency, moved: words.formats.number(shift.moved), shift: words.shift(shift))
        }
        hasMoreAgencies = preview.agenciesMoved > preview.agencies.count
        agencyCount = words.formats.number(preview.agenciesMoved)
        moves = preview.moves.map { move in
            MoveView(
                code: move.code, procedure: move.procedure, from: words.formats.date(move.from),
                to: words.formats.date(move.to))
        }
        hasMore = preview.moved > preview.moves.count
    }
}

extension Words {
    /// `muộn hơn 1 ngày`, `sớm hơn 1 đến 3 ngày`, or from earlier to later.
    fileprivate func shift(_ shift: CalendarPreview.AgencyShift) -> String {
        func part(_ key: String, _ least: Int, _ most: Int) -> String {
            least == most
                ? self("desk.calendar.\(key)\(most == 1 ? ".one" : "")", ["days": formats.number(most)])
                : self("desk.calendar.\(key).range", ["least": formats.number(least), "most": formats.number(most)])
        }
        if shift.earliest > 0 { return part("later", shift.earliest, shift.latest) }
        if shift.latest < 0 { return part("earlier", -shift.latest, -shift.earliest) }
        return self(
            "desk.calendar.either",
            ["earlier": formats.number(-shift.earliest), "later": formats.number(shift.latest)])
    }
}
