import Pages

/// A question on a page with its label, hint and error, and exactly one of its controls.
///
/// The controls repeat `id` and `name`, since inside of a control's section only its own names are seen.
struct FieldView: Fields {
    /// DOM id of the control, or of the first of several; what an error in the summary links to.
    var id: String
    var name: String
    var label: String
    var hint: String?
    var error: String?
    var isOptional = false
    /// Ids of hint and error, for `aria-describedby`.
    var describedBy: String?
    /// When the question is to be answered at all; the browser hides it otherwise.
    var condition: ConditionView?
    /// Radios, boxes, dates and places are several controls under one legend.
    var isGroup = false

    var input: InputView?
    var area: AreaView?
    var date: DateView?
    var radios: ChoiceView?
    var boxes: ChoiceView?
    var select: ChoiceView?
    var place: PlaceView?
    var file: FileView?
    /// Words between the questions.
    var words: WordsView?
    /// A value worked out from other answers.
    var output: WordsView?

    struct WordsView: Fields {
        let id: String
        let label: String
        let text: String
    }

    struct ConditionView: Fields {
        /// Name of the field that decides.
        let field: String
        /// The values that make this question apply, separated by spaces.
        let values: String
        /// In words, for browsers without scripts.
        let text: String
    }

    /// One line of text.
    struct InputView: Fields {
        let id: String
        let name: String
        /// text, tel, email or password.
        let type: String
        /// numeric, tel, email or text.
        let mode: String
        let autocomplete: String?
        let value: String
        let describedBy: String?
        let isWrong: Bool
        let isPassword: Bool
        /// narrow, medium or wide.
        let width: String
    }

    struct AreaView: Fields {
        let id: String
        let name: String
        let value: String
        let describedBy: String?
        let isWrong: Bool
    }

    /// Three fields: `name.day`, `name.month`, `name.year`.
    struct DateView: Fields {
        let id: String
        let name: String
        let day: String
        let month: String
        let year: String
        let isWrong: Bool
        /// bday for a date of birth that is the account's own.
        let isBirthday: Bool
    }

    struct ChoiceView: Fields {
        let id: String
        let name: String
        let options: [OptionView]
        let describedBy: String?
        let isWrong: Bool
    }

    struct OptionView: Fields {
        let id: String
        let name: String
        let value: String
        let label: String
        let isChosen: Bool
    }

    /// Two selects, `name.province` and `name.ward`; the wards are those of the chosen province.
    struct PlaceView: Fields {
        let id: String
        let name: String
        let provinces: [OptionView]
        let wards: [OptionView]
        let hasProvince: Bool
        let isWrong: Bool
    }

    struct FileView: Fields {
        let id: String
        let name: String
        let files: [UploadedView]
        let canAdd: Bool
        let isMultiple: Bool
        let describedBy: String?
        let isWrong: Bool
        /// Papers filed before, any of which will do instead of an upload.
        var hasStored = false
        var stored: [OptionView] = []
    }

    struct UploadedView: Fields {
        let id: String
        let name: String
        let size: String
        /// The dossier that it was first filed with, when it was taken from there.
        var origin: String?
    }
}

/// A question of a section's page: a field, or a group that repeats.
struct QuestionView: Fields {
    let field: FieldView?
    let group: GroupView?

    struct GroupView: Fields {
        let id: String
        let name: String
        let label: String
        let hint: String?
        let error: String?
        let condition: FieldView.ConditionView?
        let items: [ItemView]
        let canAdd: Bool
        /// Value of the button that adds: `add:workers`.
        let addAction: String
    }

    struct ItemView: Fields {
        let title: String
        let fields: [FieldView]
        let canRemove: Bool
        /// Value of the button that removes: `remove:workers.0`.
        let removeAction: String
        /// Values of the buttons that change places with a neighbour, where the order means something.
        var upAction: String?
        var downAction: String?
    }
}

/// A line of the summary of errors at the top of a page.
struct ErrorLine: Fields {
    let link: Link
    let message: String
}

struct RowView: Fields {
    let label: String
    let value: String
    /// Where the answer was taken from, in words.
    var origin: String? = nil
}
