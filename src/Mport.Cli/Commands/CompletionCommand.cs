using System.CommandLine;
using Mport.Cli.Output;

namespace Mport.Cli.Commands;

/// <summary><c>mport completion SHELL</c>: a script that asks the program itself for what fits, so that it never goes stale.</summary>
internal static class CompletionCommand
{
    // Options are offered only once a hyphen is typed; files where nothing fits.
    private const string Bash = """
        # mport completion for bash. Load it with: source <(mport completion bash)
        _mport_complete()
        {
            local current="${COMP_WORDS[COMP_CWORD]}" line
            local -a found=()
            while IFS= read -r line; do
                [[ $line == "$current"* && ($line != -* || $current == -*) ]] && found+=("$line")
            done < <(mport "[suggest:${COMP_POINT}]" "${COMP_LINE}" 2>/dev/null)
            COMPREPLY=("${found[@]}")
        }
        complete -o default -F _mport_complete mport

        """;

    private const string Zsh = """
        #compdef mport
        # mport completion for zsh. Load it with: source <(mport completion zsh)
        _mport()
        {
            local -a found
            found=("${(@f)$(mport "[suggest:${CURSOR}]" "${BUFFER}" 2>/dev/null)}")
            found=(${found:#})
            if (( ${#found} )); then
                compadd -- "${found[@]}"
            else
                _files
            fi
        }
        compdef _mport mport

        """;

    private const string Fish = """
        # mport completion for fish. Load it with: mport completion fish | source
        function __mport_complete
            set -l line (commandline -cp)
            mport "[suggest:"(string length -- "$line")"]" "$line" 2>/dev/null
        end
        complete -c mport -a '(__mport_complete)'

        """;

    private const string PowerShell = """
        # mport completion for PowerShell. Load it with: mport completion powershell | Out-String | Invoke-Expression
        Register-ArgumentCompleter -Native -CommandName mport -ScriptBlock {
            param($wordToComplete, $commandAst, $cursorPosition)
            mport "[suggest:$cursorPosition]" "$commandAst" 2>$null |
                Where-Object { $_ -like "$wordToComplete*" } |
                ForEach-Object { [System.Management.Automation.CompletionResult]::new($_, $_, 'ParameterValue', $_) }
        }

        """;

    public static Command Create(Surroundings around)
    {
        var shell = new Argument<string>("SHELL") { HelpName = "SHELL", Description = "bash, zsh, fish or powershell" }.AcceptOnlyFromAmong("bash", "zsh", "fish", "powershell");
        var command = new Command("completion", "Print a completion script") { shell };
        command.SetAction((parsed, _) =>
        {
            new LineSink(around.Out).Write(Script(parsed.GetValue(shell)).TrimEnd('\n'));
            return Task.FromResult(ExitCodes.Success);
        });
        return command;
    }

    private static string Script(string? shell) => shell switch
    {
        "bash" => Bash,
        "zsh" => Zsh,
        "fish" => Fish,
        _ => PowerShell,
    };
}
