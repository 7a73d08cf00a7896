import Pages

/// `/co-quan?q=&tinh=&after=`: agencies of the country, of a province, or those that were searched for.
struct AgenciesPage: Page {
    static let template = "agencies/list"
    let title: String
    let heading: String
    let query: String
    /// Lists of agencies under headings, and the provinces to choose from, where nothing was asked yet.
    let groups: [GroupView]
    let isBrowsing: Bool
    let provinces: [LinkView]
    let isSearch: Bool
    let isEmpty: Bool
    let results: [AgencyLine]
    let next: Link?

    struct GroupView: Fields {
        let heading: String
        let agencies: [AgencyLine]
    }

    struct LinkView: Fields {
        let link: Link
        let title: String
    }
}

struct AgencyLine: Fields {
    let code: String
    let name: String
    let kind: String?
    /// “mã tạm”, where the identifier isn't known for sure.
    let doubt: String?
    let hasEnded: Bool
}

/// `/co-quan/{code}`
struct AgencyRecordPage: Page {
    static let template = "agencies/show"
    let title: String
    let code: String
    let name: String
    let kind: String?
    let doubt: String?
    let back: Link
    let ended: EndedView?
    let parent: AgenciesPage.LinkView?
    let province: AgenciesPage.LinkView?
    let hasPredecessors: Bool
    let predecessors: [AgenciesPage.LinkView]
    let hasContact: Bool
    let address: String?
    let hours: HoursView?
    let phone: String?
    let email: Link?
    let emailText: String
    let website: Link?
    let hasPlaces: Bool
    let places: [PlaceView]
    let updated: String?
    let performance: PerformanceView?
    let hasFlags: Bool
    /// What speaks against what its systems report, in words.
    let flags: [String]
    let flagsSince: String
    let hasServices: Bool
    let services: [ProcedureLine]
    let hasProcedures: Bool
    let procedures: [ProcedureLine]
    let allProcedures: Link

    struct EndedView: Fields {
        let date: String
        let hasSuccessor: Bool
        let successor: String
        let link: Link?
    }

    struct HoursView: Fields {
        /// Vietnamese where there are no English words.
        let language: String
        let lines: [String]
    }

    struct PlaceView: Fields {
        let name: String
        let address: String?
        let phone: String?
        let hours: HoursView?
    }

    struct PerformanceView: Fields {
        let share: String
        let finished: String
        let onTime: String
        let since: String
        let until: String
        let computed: String
        /// As the national index counts, in words.
        let index: String?
    }
}
