package import Core
package import FoundationEssentials

/// What a slip says, by its kind. Stored as JSON when the slip is issued and never changed: a member that is added later has
/// to be optional.
package enum SlipContent: Sendable, Hashable {
    case receipt(Receipt)
    case supplement(Supplement)
    case refusal(Refusal)
    case `extension`(Extension)
    case stop(Stop)
    case control(ControlSheet)
    case register(Register)

    package var kind: SlipKind {
        switch self {
        case .receipt: .receipt
        case .supplement: .supplement
        case .refusal: .refusal
        case .extension: .extension
        case .stop: .stop
        case .control: .control
        case .register: .register
        }
    }

    /// Who issues: what stands at the top of every slip.
    package struct Office: Sendable, Hashable, Codable {
        /// The agency above, nil when there is none to be named.
        package let superior: String?
        package let agency: String
        /// Where dossiers are handed in and results handed out.
        package let receivingPlace: String?
        package let address: String?
        package let phone: String?
        /// What stands before the date of a letter, such as “Hà Nội”.
        package let locality: String?

        package init(
            superior: String?, agency: String, receivingPlace: String?, address: String?, phone: String?,
            locality: String?
        ) {
            self.superior = superior
            self.agency = agency
            self.receivingPlace = receivingPlace
            self.address = address
            self.phone = phone
            self.locality = locality
        }
    }

    /// Which dossier, and whose.
    package struct Matter: Sendable, Hashable, Codable {
        package let code: String
        package let procedure: String
        package let applicant: String
        /// Personal number or tax code.
        package let number: String?
        package let address: String?
        package let phone: String?
        package let email: String?

        package init(
            code: String, procedure: String, applicant: String, number: String?, address: String?, phone: String?,
            email: String?
        ) {
            self.code = code
            self.procedure = procedure
            self.applicant = applicant
            self.number = number
            self.address = address
            self.phone = phone
            self.email = email
        }
    }

    /// A document of a dossier.
    package struct Document: Sendable, Hashable, Codable {
        package let name: String
        package let originals: Int
        package let copies: Int
        /// Files that came electronically.
        package let files: Int

        package init(name: String, originals: Int, copies: Int, files: Int) {
            self.name = name
            self.originals = originals
            self.copies = copies
            self.files = files
        }
    }

    package struct FeeLine: Sendable, Hashable, Codable {
        /// FEE, SERVICE_FEE or PRICE_LEVEL, as revisions say; OTHER for what was asked for afterwards.
        package let kind: String
        package let dong: Int
        package let note: String
        /// Nil while nothing is known of a payment.
        package let isPaid: Bool?

        package init(kind: String, dong: Int, note: String, isPaid: Bool?) {
            self.kind = kind
            self.dong = dong
            self.note = note
            self.isPaid = isPaid
        }
    }

    /// A time limit in a unit of `TimeLimit.Unit`.
    package struct Limit: Sendable, Hashable, Codable {
        package let quantity: Int
        package let unit: String

        package init(quantity: Int, unit: String) {
            self.quantity = quantity
            self.unit = unit
        }
    }

    package struct Receipt: Sendable, Hashable, Codable {
        package let office: Office
        package let matter: Matter
        package let documents: [Document]
        package let sets: Int
        package let limit: Limit?
        package let receivedAt: Date
        package let dueAt: Date?
        /// Where or how the result is handed over, in words.
        package let returnPlace: String?
        package let fees: [FeeLine]
        package let officer: String

        package init(
            office: Office, matter: Matter, documents: [Document], sets: Int = 1, limit: Limit?, receivedAt: Date,
            dueAt: Date?, returnPlace: String?, fees: [FeeLine], officer: String
        ) {
            self.office = office
            self.matter = matter
            self.documents = documents
            self.sets = sets
            self.limit = limit
            self.receivedAt = receivedAt
            self.dueAt = dueAt
            self.returnPlace = returnPlace
            self.fees = fees
            self.officer = officer
        }
    }

    package struct Supplement: Sendable, Hashable, Codable {
        package let office: Office
        package let matter: Matter
        /// What is missing or has to be corrected.
        package let documents: [Document]
        package let reason: String
        package let officer: String
        /// The last day for an answer, as `yyyy-MM-dd`.
        package let answerBy: String?

        package init(
            office: Office, matter: Matter, documents: [Document], reason: String, officer: String,
            answerBy: String? = nil
        ) {
            self.answerBy = answerBy
            self.office = office
            self.matter = matter
            self.documents = documents
            self.reason = reason
            self.officer = officer
        }
    }

    package struct Refusal: Sendable, Hashable, Codable {
        package let office: Office
        package let matter: Matter
        /// One of a few causes that have words of their own; nil when the reason alone says why.
        package let cause: String?
        package let reason: String
        package let officer: String

        package init(office: Office, matter: Matter, cause: String? = nil, reason: String, officer: String) {
            self.cause = cause
            self.office = office
            self.matter = matter
            self.reason = reason
            self.officer = officer
        }
    }

    package struct Extension: Sendable, Hashable, Codable {
        package let office: Office
        package let matter: Matter
        package let receivedAt: Date
        package let formerDueAt: Date
        package let dueAt: Date
        package let reason: String
        /// The head of the agency, or who signs for them.
        package let signer: String

        package init(
            office: Office, matter: Matter, receivedAt: Date, formerDueAt: Date, dueAt: Date, reason: String,
            signer: String
        ) {
            self.office = office
            self.matter = matter
            self.receivedAt = receivedAt
            self.formerDueAt = formerDueAt
            self.dueAt = dueAt
            self.reason = reason
            self.signer = signer
        }
    }

    package struct Stop: Sendable, Hashable, Codable {
        package let office: Office
        package let matter: Matter
        package let receivedAt: Date?
        package let reason: String
        package let signer: String

        package init(office: Office, matter: Matter, receivedAt: Date?, reason: String, signer: String) {
            self.office = office
            self.matter = matter
            self.receivedAt = receivedAt
            self.reason = reason
            self.signer = signer
        }
    }

    /// From hand to hand.
    package struct Handover: Sendable, Hashable, Codable {
        package enum Punctuality: String, Sendable, Hashable, Codable {
            case early, onTime = "on_time", late
        }

        package let agency: String
        package let at: Date
        package let from: String
        package let to: String
        /// Nil while the work goes on, or without a limit to compare with.
        package let result: Punctuality?
        package let note: String?

        package init(agency: String, at: Date, from: String, to: String, result: Punctuality?, note: String?) {
            self.agency = agency
            self.at = at
            self.from = from
            self.to = to
            self.result = result
            self.note = note
        }
    }

    package struct ControlSheet: Sendable, Hashable, Codable {
        package let office: Office
        package let matter: Matter
        package let receivedAt: Date?
        package let dueAt: Date?
        package let handovers: [Handover]

        package init(office: Office, matter: Matter, receivedAt: Date?, dueAt: Date?, handovers: [Handover]) {
            self.office = office
            self.matter = matter
            self.receivedAt = receivedAt
            self.dueAt = dueAt
            self.handovers = handovers
        }
    }

    /// The dossiers that an agency got in a span of days.
    package struct Register: Sendable, Hashable, Codable {
        package struct Row: Sendable, Hashable, Codable {
            package let code: String
            package let procedure: String
            package let applicant: String
            package let receivedAt: Date
            package let dueAt: Date?
            package let finishedAt: Date?
            /// How it came and how it is returned, in words; empty until known.
            package let manner: String

            package init(
                code: String, procedure: String, applicant: String, receivedAt: Date, dueAt: Date?, finishedAt: Date?,
                manner: String
            ) {
                self.code = code
                self.procedure = procedure
                self.applicant = applicant
                self.receivedAt = receivedAt
                self.dueAt = dueAt
                self.finishedAt = finishedAt
                self.manner = manner
            }
        }

        package let office: Office
        /// First and last day, as `yyyy-MM-dd`.
        package let from: String
        package let to: String
        package let rows: [Row]

        package init(office: Office, from: Day, to: Day, rows: [Row]) {
            self.office = office
            self.from = from.description
            self.to = to.description
            self.rows = rows
        }
    }
}

extension SlipContent {
    /// As it is stored: members as in Swift, instants in whole seconds since 1970.
    package func stored() throws -> JSON {
        let encoder = JSONEncoder()
        encoder.dateEncodingStrategy = .custom { date, encoder in
            var container = encoder.singleValueContainer()
            try container.encode(Int(date.timeIntervalSince1970.rounded(.down)))
        }
        let data =
            switch self {
            case .receipt(let content): try encoder.encode(content)
            case .supplement(let content): try encoder.encode(content)
            case .refusal(let content): try encoder.encode(content)
            case .extension(let content): try encoder.encode(content)
            case .stop(let content): try encoder.encode(content)
            case .control(let content): try encoder.encode(content)
            case .register(let content): try encoder.encode(content)
            }
        return try JSON(parsing: Array(data))
    }

    /// - Throws: `DecodingError` when it isn't what `stored` made.
    package init(_ kind: SlipKind, stored: some Collection<UInt8>) throws {
        let decoder = JSONDecoder()
        decoder.dateDecodingStrategy = .secondsSince1970
        let data = Data(stored)
        self =
            switch kind {
            case .receipt: .receipt(try decoder.decode(Receipt.self, from: data))
            case .supplement: .supplement(try decoder.decode(Supplement.self, from: data))
            case .refusal: .refusal(try decoder.decode(Refusal.self, from: data))
            case .extension: .extension(try decoder.decode(Extension.self, from: data))
            case .stop: .stop(try decoder.decode(Stop.self, from: data))
            case .control: .control(try decoder.decode(ControlSheet.self, from: data))
            case .register: .register(try decoder.decode(Register.self, from: data))
            }
    }
}
