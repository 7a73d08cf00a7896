import ArgumentParser

/// Prints the table of the README, so that it can't rot.
struct ShowSettings: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "settings", abstract: "Print every environment variable, its default and purpose, as Markdown.")

    func run() {
        print("| variable | default | purpose |\n|---|---|---|")
        for variable in Settings.variables {
            print(
                "| `\(variable.name)` | \(variable.standard.isEmpty ? "" : "`\(variable.standard)`") | \(variable.purpose) |"
            )
        }
    }
}
