/// A file that was received, with the name that its sender gave it.
package struct NamedFile: Sendable, Hashable {
    package let file: StoredFile
    package let name: String

    package init(file: StoredFile, name: String) {
        self.file = file
        self.name = name
    }
}
