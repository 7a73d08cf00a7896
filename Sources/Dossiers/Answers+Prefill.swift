package import Accounts
package import Catalogue
package import Core

extension Form {
    /// What the account knows already: nobody is asked twice.
    package func prefilled(from profile: Profile) -> Answers {
        var answers = Answers()
        for field in sections.flatMap(\.fields) {
            guard let known = field.prefill.flatMap({ profile.known($0) }) else { continue }
            answers.values[field.id] = .string(known)
        }
        return answers
    }
}

extension Profile {
    fileprivate func known(_ name: String) -> String? {
        let isBusiness = kind == .business
        return switch name {
        case "name": isBusiness ? representativeName : self.name
        case "personal_number": isBusiness ? representativeNumber : login
        case "date_of_birth": dateOfBirth?.description
        case "sex": sex
        case "phone": phone
        case "email": email
        case "address": address
        case "tax_code": isBusiness ? login : nil
        case "business_name": isBusiness ? self.name : nil
        case "representative_name": representativeName
        case "representative_number": representativeNumber
        default: nil
        }
    }
}
