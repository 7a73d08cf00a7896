import Accounts
import Catalogue
import Core
import FoundationEssentials
package import Postgres

/// The statements of `SQL/queries/work.sql`, one typed line each.
package enum WorkQueries {
    static let byDue = Query(
        "work.by_due", String.self, [Int].self, Date.self, Date.self, Date.self, Dossier.ID.self, String.self,
        Account.ID?.self, Bool.self, Bool.self, Int.self, returns: WorkLine.self)
    static let byWaiting = Query(
        "work.by_waiting", String.self, WaitsFor.self, Date.self, Dossier.ID.self, String.self, Account.ID?.self,
        Bool.self, Int.self, returns: WorkLine.self)
    static let ofOfficer = Query(
        "work.of_officer", String.self, Account.ID.self, [Int].self, Date.self, Dossier.ID.self, String.self, Int.self,
        returns: WorkLine.self)
    static let newest = Query(
        "work.newest", String.self, [Int].self, Date.self, Dossier.ID.self, Bool.self, Int.self,
        returns: WorkLine.self)
    static let ofProcedure = Query(
        "work.of_procedure", String.self, String.self, [Int].self, Date.self, Dossier.ID.self, Account.ID?.self,
        Bool.self, Int.self, returns: WorkLine.self)
    static let found = Query(
        "work.found", String.self, String.self, String.self, String.self, Int.self, returns: WorkLine.self)
    static let newestOfOfficer = Query(
        "work.newest_of_officer", String.self, Account.ID.self, [Int].self, Date.self, Dossier.ID.self, Int.self,
        returns: WorkLine.self)
    static let counts = Query(
        "work.counts", String.self, Account.ID.self, Date.self, Date.self, Date.self, returns: WorkCounts.self)

    static let filters = Query("work.filters", Account.ID.self, returns: WorkFilter.self)
    static let keepFilter = Query(
        "work.keep_filter", Account.ID.self, String.self, String.self, Bool.self, Date.self)
    static let noDefault = Query("work.no_default", Account.ID.self)
    static let dropFilter = Query("work.drop_filter", Account.ID.self, String.self)

    static let colleagues = Query("work.colleagues", String.self, returns: Colleague.self)
    static let isColleague = Query("work.is_colleague", Account.ID.self, String.self, returns: Bool.self)
    static let unitOfColleague = Query("work.unit_of_colleague", Account.ID.self, returns: UUID?.self)
    static let holding = Query(
        "work.holding", UUID.self, String.self, [String].self, Int.self, returns: UnitHolding.self)
    static let isOpenUnit = Query("work.is_open_unit", UUID.self, String.self, returns: Bool.self)
    static let openOfOfficer = Query("work.open_of_officer", String.self, Account.ID.self, returns: Int.self)
    static let lockOfOfficer = Query(
        "work.lock_of_officer", String.self, Account.ID.self, returns: LockedDossier.self)
    static let isExtended = Query("work.is_extended", Dossier.ID.self, returns: Bool.self)
    static let openConsultations = Query("work.open_consultations", Dossier.ID.self, returns: Int.self)
    static let openObligations = Query("work.open_obligations", Dossier.ID.self, returns: Int.self)

    static let supplements = Query("work.supplements", String.self, returns: Supplement.self)
    static let openSupplement = Query("work.open_supplement", Dossier.ID.self, returns: Supplement.self)
    static let askSupplement = Query(
        "work.ask_supplement", Supplement.ID.self, Dossier.ID.self, JSONText.self, String?.self, String?.self,
        Date?.self, Date.self, Account.ID.self, String.self)
    static let closeSupplements = Query("work.close_supplements", [Dossier.ID].self, Date.self)
    static let stageSupplement = Query(
        "work.stage_supplement", Supplement.ID.self, JSONText.self, returns: Supplement.ID.self)
    static let answerSupplement = Query(
        "work.answer_supplement", Supplement.ID.self, JSONText.self, String?.self, Date.self)
    static let supplementAttachments = Query(
        "work.supplement_attachments", String.self, returns: OwnedAttachment.self)

    static let consult = Query(
        "work.consult", Consultation.ID.self, Dossier.ID.self, String.self, String.self, String.self, String.self,
        String.self, Date.self, Date.self, Account.ID.self, String.self)
    static let consultations = Query(
        "work.consultations", String.self, String.self, returns: Consultation.self)
    static let askedOf = Query("work.asked_of", String.self, Int.self, returns: Consultation.self)
    static let consultation = Query(
        "work.consultation", Consultation.ID.self, String.self, returns: Consultation.self)
    static let answerConsultation = Query(
        "work.answer_consultation", Consultation.ID.self, String.self, String.self, Date.self, Account.ID.self,
        String.self, returns: AnsweredConsultation.self)

    static let requestPayment = Query(
        "work.request_payment", Identifier<Obligation>.self, Dossier.ID.self, Int.self, String.self, Date.self,
        Account.ID.self)
    static let settlePayment = Query(
        "work.settle_payment", Dossier.ID.self, String.self, Date.self, Account.ID.self, String?.self)
    static let obligations = Query("work.obligations", String.self, returns: Obligation.self)

    static let messages = Query("work.messages", String.self, returns: DossierMessage.self)
    static let messageAttachments = Query("work.message_attachments", String.self, returns: OwnedAttachment.self)
    static let sendMessage = Query(
        "work.send_message", DossierMessage.ID.self, Dossier.ID.self, DossierMessage.Side.self, Account.ID.self,
        String.self, String.self, Date.self, returns: DossierMessage.ID.self)
    static let readMessages = Query("work.read_messages", String.self, DossierMessage.Side.self, Date.self)
    static let notes = Query("work.notes", String.self, returns: DossierNote.self)
    static let addNote = Query(
        "work.add_note", Identifier<DossierNote>.self, String.self, Account.ID.self, String.self, String.self,
        Date.self)
    static let look = Query("work.look", String.self, String.self, Date.self, String.self, Date.self)
    static let lookOfSystem = Query("work.look_of_system", String.self, String.self, Date.self, Date.self)
    static let readers = Query("work.readers", String.self, returns: DossierReader.self)
    static let rate = Query(
        "work.rate", Dossier.ID.self, Account.ID.self, Int16.self, Int16.self, Int16.self, Int16.self, String?.self,
        Date.self)
    static let rating = Query("work.rating", String.self, returns: DossierRating.self)
    static let documents = Query("work.documents", Account.ID.self, Int.self, returns: StoredDocument.self)
    static let reuse = Query(
        "work.reuse", Attachment.ID.self, UUID.self, String.self, [UInt8].self, String.self, Date.self, String.self)

    /// Every declaration, for the check at boot.
    package static let all: [any AnyQuery] = [
        byDue, byWaiting, ofOfficer, newest, ofProcedure, newestOfOfficer, found, counts, filters, keepFilter,
        noDefault, dropFilter,
        colleagues, isColleague, unitOfColleague, holding, isOpenUnit, openOfOfficer, lockOfOfficer, isExtended,
        openConsultations,
        openObligations, supplements, openSupplement,
        askSupplement, closeSupplements, stageSupplement, answerSupplement, supplementAttachments, consult,
        consultations, askedOf, consultation, answerConsultation, requestPayment, settlePayment, obligations, messages,
        messageAttachments, sendMessage, readMessages, notes, addNote, look, lookOfSystem, readers, rate, rating,
        documents, reuse,
    ]
}
