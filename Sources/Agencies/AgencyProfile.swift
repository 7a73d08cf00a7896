package import Core
import FoundationEssentials
package import Postgres

/// What people need to reach an agency, as publishers wrote it: where it is, when it is open, where it takes dossiers.
package struct AgencyProfile: Sendable, Hashable {
    package let address: String?
    package let phone: String?
    package let email: String?
    package let website: String?
    package let hours: Hours
    /// In the order in which they are shown.
    package let places: [ReceivingPlace]

    /// When it is open, in words, a line for each day or group of days.
    package struct Hours: Sendable, Hashable {
        package let vi: String?
        package let en: String?
    }

    /// Where dossiers are handed in.
    package struct ReceivingPlace: Sendable, Hashable {
        package let name: String
        package let address: String?
        package let phone: String?
        package let hours: Hours
    }

    package var isEmpty: Bool { answers.isEmpty }

    /// Whether anything is said of the agency itself, beside its receiving places.
    package var hasContact: Bool { answers.keys.contains { $0 != "places" } }
}

/// The desk asks for a profile by the questions of `Templates/desk/agencies.json`; to and from their answers.
extension AgencyProfile {
    package init(answers: [String: JSON]) {
        address = answers["address"]?.string
        phone = answers["phone"]?.string
        email = answers["email"]?.string
        // As it is stored when it is one; as it was typed when it isn't.
        website = answers["website"]?.string.map { WebAddress($0)?.description ?? $0 }
        hours = Hours(vi: answers["hours_vi"]?.string, en: answers["hours_en"]?.string)
        places = (answers["places"]?.array ?? []).compactMap(ReceivingPlace.init(json:))
    }

    package var answers: [String: JSON] {
        var answers = hours.members
        answers["address"] = address.map(JSON.string)
        answers["phone"] = phone.map(JSON.string)
        answers["email"] = email.map(JSON.string)
        answers["website"] = website.map(JSON.string)
        answers["places"] = places.isEmpty ? nil : .array(places.map(\.json))
        return answers
    }

    /// What is wrong beyond what the questions check by themselves, by the names of their inputs.
    package var problems: [FieldProblem] {
        var problems: [FieldProblem] = []
        if let phone, OfficePhone(phone) == nil {
            problems.append(FieldProblem(field: "phone", code: "invalid_office_phone"))
        }
        if let website, WebAddress(website) == nil {
            problems.append(FieldProblem(field: "website", code: "invalid_website"))
        }
        for (index, place) in places.enumerated() {
            guard let phone = place.phone, OfficePhone(phone) == nil else { continue }
            problems.append(FieldProblem(field: "places.\(index).phone", code: "invalid_office_phone"))
        }
        return problems
    }

    var storedPlaces: JSONText {
        JSONText(String(decoding: JSON.array(places.map(\.json)).serialized(), as: UTF8.self))
    }
}

extension AgencyProfile.Hours {
    fileprivate init(json: JSON) { self.init(vi: json["hours_vi"]?.string, en: json["hours_en"]?.string) }

    fileprivate var members: [String: JSON] {
        ["hours_vi": vi, "hours_en": en].compactMapValues { $0.map(JSON.string) }
    }
}

extension AgencyProfile.ReceivingPlace {
    /// Nil without a name: an empty row of the form is no place.
    fileprivate init?(json: JSON) {
        guard let name = json["name"]?.string, !name.isEmpty else { return nil }
        self.init(
            name: name, address: json["address"]?.string, phone: json["phone"]?.string,
            hours: AgencyProfile.Hours(json: json))
    }

    package var json: JSON {
        var members = hours.members
        members["name"] = .string(name)
        members["address"] = address.map(JSON.string)
        members["phone"] = phone.map(JSON.string)
        return .object(members)
    }
}

extension AgencyProfile {
    /// Reads the columns of `agency_profiles`, all null where nobody has written one.
    init(_ row: inout Row) throws {
        address = try row("address")
        phone = try row("phone")
        email = try row("email")
        website = try row("website")
        hours = Hours(vi: try row("hours_vi"), en: try row("hours_en"))
        let stored: JSONText? = try row("places")
        let list = try stored.map { try JSON(parsing: Array($0.text.utf8)) }
        places = (list?.array ?? []).compactMap(ReceivingPlace.init(json:))
    }
}
