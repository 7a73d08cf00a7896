package import Accounts
package import Catalogue
import Core

extension Form {
    /// What the account knows already: nobody is asked twice.
    package func prefilled(from profile: Profile) -> Answers { prefilled { profile.known($0) } }

    /// The answers to the questions that name something known. What a question couldn't take is left out.
    /// - Parameter known: by the names that forms use, such as `date_of_birth`; days as `yyyy-MM-dd`.
    package func prefilled(from known: (String) -> String?) -> Answers {
        var answers = Answers()
        for field in sections.flatMap(\.fields) {
            guard let text = field.prefill.flatMap(known), let value = field.value(of: text) else { continue }
            answers.values[field.id] = value
        }
        return answers
    }
}

extension FormField {
    fileprivate func value(of text: String) -> JSON? {
        switch kind {
        case .text: text.cleaned.isEmpty || text.utf8.count > maxLength ? nil : .string(text.cleaned)
        case .date: Day(text).map { .string($0.description) }
        case .choice: options.contains { $0.value == text } ? .string(text) : nil
        case .personalNumber: PersonalNumber(text).map { .string($0.digits) }
        case .taxCode: TaxCode(text).map { .string($0.description) }
        case .phone: PhoneNumber(text).map { .string($0.description) }
        case .email: EmailAddress(text).map { .string($0.description) }
        case .longText, .integer, .money, .yesNo, .choices, .place, .group, .file, .guidance, .computed: nil
        }
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
