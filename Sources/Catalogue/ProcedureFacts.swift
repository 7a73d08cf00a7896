package import Core

/// What a published revision says about a procedure: the mandatory parts of NĐ 63/2010/NĐ-CP Đ.8.2 as its source gives
/// them. Nil parts are unknown, which is not the same as empty.
package struct ProcedureFacts: Sendable, Hashable {
    package struct Channel: Sendable, Hashable {
        /// ONLINE, POSTAL or DIRECT.
        package let method: String
        /// Code of the case that this row is about; nil for all of them.
        package let caseCode: String?
        package let time: GivenTime?
        package let description: String?
        package let fees: [Fee]
    }

    package struct Fee: Sendable, Hashable {
        package let kind: String
        package let amount: Money
        /// Often the real rule, where the amount is 0.
        package let note: String
    }

    package struct Case: Sendable, Hashable {
        package let code: String
        package let name: String?
        package let time: GivenTime
    }

    /// A time limit as given: `OTHER` is what sources write when they mean something the number doesn't say.
    package struct GivenTime: Sendable, Hashable {
        package let quantity: Int
        package let unit: String
    }

    package struct DocumentGroup: Sendable, Hashable {
        package let name: String
        package let items: [Document]
    }

    package struct Document: Sendable, Hashable {
        package let code: String
        package let name: String
        package let originals: Int
        package let copies: Int
        package let templates: [Template]
    }

    /// A file to fill in and file as the document.
    package struct Template: Sendable, Hashable {
        package let name: String
        /// In hexadecimal digits.
        package let sha256: String
        package let size: Int
        /// `pdf`, `docx`, `xlsx`, `jpg` or `png`.
        package let type: String

        init?(_ json: JSON) {
            guard let name = json["name"]?.string, let sha256 = json["sha256"]?.string, let size = json["size"]?.int,
                let type = json["type"]?.string
            else { return nil }
            self.init(name: name, sha256: sha256, size: size, type: type)
        }

        package init(name: String, sha256: String, size: Int, type: String) {
            self.name = name
            self.sha256 = sha256
            self.size = size
            self.type = type
        }
    }

    /// A result or a legal document: some have a code.
    package struct Reference: Sendable, Hashable {
        package let code: String?
        package let name: String
    }

    /// The decision by which the procedure was published.
    package struct Decision: Sendable, Hashable {
        package let number: String
        package let date: Day?
    }

    package let levels: [String]
    package let authorised: [String]
    package let coordinating: [String]
    package let decision: Decision?
    package let channels: [Channel]?
    package let cases: [Case]?
    package let documents: [DocumentGroup]?
    package let steps: [String]?
    package let results: [Reference]?
    package let legalBasis: [Reference]?
    package let requirements: String?
    package let hasTimeConflict: Bool
    package let source: String

    /// Reads the stored form. Throws `Malformed` naming the first part that isn't as it should be.
    package init(json: JSON) throws {
        levels = try json["levels"].strings("levels")
        authorised = try json["authorised"].strings("authorised")
        coordinating = try json["coordinating"].strings("coordinating")
        decision = json["decision"]?["number"]?.string.map { number in
            Decision(number: number, date: json["decision"]?["date"]?.string.flatMap(Day.init))
        }
        channels = try json["channels"].items("channels").map { try $0.map(Channel.init) }
        cases = try json["cases"].items("cases").map { try $0.map(Case.init) }
        documents = try json["documents"].items("documents").map { try $0.map(DocumentGroup.init) }
        steps = try json["steps"].items("steps").map { try $0.map { try $0.asText("steps") } }
        results = try json["results"].items("results").map { try $0.map(Reference.init) }
        legalBasis = try json["legal_basis"].items("legal_basis").map { try $0.map(Reference.init) }
        requirements = json["requirements"]?.string
        hasTimeConflict = json["time_conflict"]?.bool ?? false
        source = try (json["source"] ?? .null).asText("source")
    }

    package struct Malformed: Error, CustomStringConvertible {
        package let part: String
        package var description: String { "procedure facts: \(part) is not as it should be" }
    }
}

extension ProcedureFacts.Channel {
    fileprivate init(_ json: JSON) throws {
        method = try json["method"].required("channels.method").asText("channels.method")
        caseCode = json["case"]?.string
        time = try json["quantity"]?.int.map {
            ProcedureFacts.GivenTime(quantity: $0, unit: try json["unit"].required("unit").asText("channels.unit"))
        }
        description = json["description"]?.string
        fees = try json["fees"].items("channels.fees").map { try $0.map(ProcedureFacts.Fee.init) } ?? []
    }
}

extension ProcedureFacts.Fee {
    fileprivate init(_ json: JSON) throws {
        kind = try json["type"].required("fees.type").asText("fees.type")
        guard let dong = json["amount"]?.int else { throw ProcedureFacts.Malformed(part: "fees.amount") }
        amount = Money(dong: dong)
        note = json["note"]?.string ?? ""
    }
}

extension ProcedureFacts.Case {
    fileprivate init(_ json: JSON) throws {
        code = try json["code"].required("cases.code").asText("cases.code")
        name = json["name"]?.string
        guard let quantity = json["quantity"]?.int else { throw ProcedureFacts.Malformed(part: "cases.quantity") }
        time = ProcedureFacts.GivenTime(
            quantity: quantity, unit: try json["unit"].required("cases.unit").asText("cases.unit"))
    }
}

extension ProcedureFacts.DocumentGroup {
    fileprivate init(_ json: JSON) throws {
        name = json["group"]?.string ?? ""
        items = try json["items"].items("documents.items").map { try $0.map(ProcedureFacts.Document.init) } ?? []
    }
}

extension ProcedureFacts.Document {
    fileprivate init(_ json: JSON) throws {
        code = json["code"]?.string ?? ""
        name = try json["name"].required("documents.name").asText("documents.name")
        originals = json["originals"]?.int ?? 0
        copies = json["copies"]?.int ?? 0
        templates = (json["templates"]?.array ?? []).compactMap(ProcedureFacts.Template.init)
    }
}

extension ProcedureFacts.Reference {
    fileprivate init(_ json: JSON) throws {
        code = json["code"]?.string
        name = try json["name"].required("name").asText("name")
    }
}

extension JSON {
    fileprivate func asText(_ part: String) throws -> String {
        guard let string else { throw ProcedureFacts.Malformed(part: part) }
        return string
    }
}

extension JSON? {
    fileprivate func required(_ part: String) throws -> JSON {
        guard let self else { throw ProcedureFacts.Malformed(part: part) }
        return self
    }

    /// Nil for an absent or null list; throws when it is something else.
    fileprivate func items(_ part: String) throws -> [JSON]? {
        guard let self, self != .null else { return nil }
        guard let array = self.array else { throw ProcedureFacts.Malformed(part: part) }
        return array
    }

    fileprivate func strings(_ part: String) throws -> [String] {
        try (items(part) ?? []).map { try $0.asText(part) }
    }
}
