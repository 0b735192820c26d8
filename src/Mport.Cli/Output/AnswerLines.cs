namespace Mport.Cli.Output;

/// <summary>The first line of <c>mport status --json</c>; the lines of <c>ps --json</c> follow.</summary>
internal sealed record StatusLine(string? Server, string? TokenId, string? Pin, bool Insecure, string Config, bool ConfigExists, IReadOnlyList<string> ConfiguredTunnels);

/// <summary><c>mport version --json</c>.</summary>
internal sealed record VersionLine(string Version, int Protocol);

/// <summary><c>mport explain --json</c>.</summary>
internal sealed record ExplanationLine(string Code, string Title, string Why, string Fix, int ExitCode);

/// <summary>One step of <c>mport doctor --json</c>; the outcome is <c>ok</c>, <c>warn</c> or <c>fail</c>.</summary>
internal sealed record CheckLine(string Check, string Outcome, string Text, string? Code);
