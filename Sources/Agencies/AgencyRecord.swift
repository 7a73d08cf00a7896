package import Core
package import FoundationEssentials
package import Postgres

/// The kinds of agencies that the reference data knows.
package enum AgencyKind: String, Sendable, CaseIterable {
    case ministry
    case ministerialAgency = "ministerial_agency"
    case governmentAgency = "government_agency"
    case department
    case provinceCommittee = "province_committee"
    case provincialTrade = "provincial_trade"
    case provincialPolice = "provincial_police"
    case provincialSocialInsurance = "provincial_social_insurance"
    case communeCommittee = "commune_committee"
    case communePolice = "commune_police"
}

/// How far an agency's identifier can be trusted.
package enum CodeStatus: String, Sendable, CaseIterable, PostgresValue {
    case verified, unverified
    /// Formed by us, until the real one is known.
    case provisional
}

/// An agency as a line of a list.
package struct AgencySummary: PostgresRow, Hashable {
    package let code: String
    package let name: String
    /// One of `AgencyKind`, or what an installation added.
    package let kind: String
    package let codeStatus: CodeStatus
    package let validFrom: Day
    /// The first day on which it no longer existed.
    package let validTo: Day?

    package init(_ row: inout Row) throws {
        code = try row("code")
        name = try row("name")
        kind = try row("kind")
        codeStatus = try row("code_status")
        validFrom = try row("valid_from")
        validTo = try row("valid_to")
    }

    package func exists(on day: Day) -> Bool { validFrom <= day && validTo.map { day < $0 } ?? true }
}

/// All that is known of an agency.
package struct AgencyRecord: PostgresRow, Hashable {
    package let summary: AgencySummary
    package let provinceCode: String?
    package let wardCode: String?
    package let parentCode: String?
    package let parentName: String?
    /// Who took over its work, and under which code it is found here.
    package let successorName: String?
    package let successorCode: String?
    package let profile: AgencyProfile
    /// Of the profile; 0 before anybody has written one.
    package let version: Int
    package let updatedAt: Date?

    package var code: String { summary.code }
    package var name: String { summary.name }

    package init(_ row: inout Row) throws {
        summary = try AgencySummary(&row)
        provinceCode = try row("province_code")
        wardCode = try row("ward_code")
        parentCode = try row("parent_code")
        parentName = try row("parent_name")
        successorName = try row("successor_name")
        successorCode = try row("successor_code")
        profile = try AgencyProfile(&row)
        let version: Int32 = try row("version")
        self.version = Int(version)
        updatedAt = try row("updated_at")
    }
}

/// The address of an agency's page, and when what stands on it was last edited.
package struct AgencyAddress: PostgresRow {
    package let code: String
    package let updatedAt: Date?

    package init(_ row: inout Row) throws {
        code = try row("code")
        updatedAt = try row("updated_at")
    }
}
