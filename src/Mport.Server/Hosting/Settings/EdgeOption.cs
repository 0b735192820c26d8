using System.Diagnostics.CodeAnalysis;

namespace Mport.Server.Hosting.Settings;

/// <summary>One option of the edge: its flag, variable and key all come from the name.</summary>
/// <param name="Name">Words with hyphens: <c>tls-port</c>.</param>
/// <param name="Placeholder">What stands for the value in the help: <c>PORT</c>.</param>
/// <param name="Doc">What it does, with unit and range.</param>
internal abstract record EdgeOption(string Name, string Placeholder, string Doc)
{
    /// <summary>The default as the help shows it; null when there is none.</summary>
    public string? Default { get; init; }

    /// <summary>Whether every command takes the flag; else <c>serve</c> and <c>check</c> alone do.</summary>
    public bool IsShared { get; init; }

    /// <summary>Whether the configuration file may set it.</summary>
    public bool IsInFile { get; init; } = true;

    /// <summary>The property of <see cref="EdgeSettings"/> that holds the value, if one does.</summary>
    public string? Property { get; init; }

    /// <summary><c>--tls-port</c>.</summary>
    public string Flag => "--" + Name;

    /// <summary><c>MPORTD_TLS_PORT</c>.</summary>
    public string Variable => "MPORTD_" + Name.Replace('-', '_').ToUpperInvariant();

    /// <summary><c>tls_port</c>.</summary>
    public string Key => Name.Replace('-', '_');
}

/// <summary>An option with a value of this type.</summary>
/// <param name="Name">Words with hyphens: <c>tls-port</c>.</param>
/// <param name="Placeholder">What stands for the value in the help: <c>PORT</c>.</param>
/// <param name="Doc">What it does, with unit and range.</param>
/// <param name="Read">Reads a value, or says what would be one: "a whole number".</param>
internal sealed record EdgeOption<T>(string Name, string Placeholder, string Doc, ValueReader<T> Read) : EdgeOption(Name, Placeholder, Doc)
    where T : notnull;

/// <summary>Reads the text of an option.</summary>
/// <param name="raw">The text and where it comes from.</param>
/// <param name="value">The value when the answer is null.</param>
/// <returns>Null, or what would have been a value, to follow "must be".</returns>
internal delegate string? ValueReader<T>(RawValue raw, [MaybeNull] out T value);
