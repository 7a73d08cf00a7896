package import FoundationEssentials

/// The forms of result papers, each from a day on that `result_templates` names with its source.
package enum ResultTemplate: String, Sendable, Hashable, CaseIterable {
    /// An administrative document with a name (NĐ 30/2020/NĐ-CP Phụ lục I).
    case nd30Of2020 = "nd30-2020"
}

/// What an agency decided, as the document that the portal makes of it.
package struct ResultPaper: Sendable, Hashable {
    package let template: ResultTemplate
    package let office: SlipContent.Office
    package let matter: SlipContent.Matter
    package let receivedAt: Date?
    package let isGranted: Bool
    /// What the document is, such as “Giấy phép xây dựng”.
    package let title: String
    /// As the agency numbers its documents: `12/GP-UBND`.
    package let number: String
    /// In the officer's words; each line a paragraph.
    package let text: String
    /// What whoever signs is, and their name.
    package let position: String
    package let signer: String
    /// With the agency's key; elsewhere results may go out unsigned.
    package let isSigned: Bool
    package let issuedAt: Date
    /// Where anyone verifies it, and by which code; nil before it is issued.
    package let verification: Verification?

    package struct Verification: Sendable, Hashable {
        package let code: String
        package let address: String

        package init(code: String, address: String) {
            self.code = code
            self.address = address
        }
    }

    package init(
        template: ResultTemplate, office: SlipContent.Office, matter: SlipContent.Matter, receivedAt: Date?,
        isGranted: Bool, title: String, number: String, text: String, position: String, signer: String, isSigned: Bool,
        issuedAt: Date,
        verification: Verification?
    ) {
        self.template = template
        self.office = office
        self.matter = matter
        self.receivedAt = receivedAt
        self.isGranted = isGranted
        self.title = title
        self.number = number
        self.text = text
        self.position = position
        self.signer = signer
        self.isSigned = isSigned
        self.issuedAt = issuedAt
        self.verification = verification
    }
}
