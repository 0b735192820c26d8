using Mport.Protocol.Errors;

namespace Mport.Cli.Probing;

/// <summary>How one check went.</summary>
internal enum ProbeOutcome
{
    /// <summary>As it should be.</summary>
    Ok,

    /// <summary>It works, but the user should know.</summary>
    Warn,

    /// <summary>It does not work.</summary>
    Fail,
}

/// <summary>One check and its result.</summary>
/// <param name="Name">What was looked at, in a word or two.</param>
/// <param name="Outcome">How it went.</param>
/// <param name="Text">What was found.</param>
/// <param name="Failure">For a failed check: the failure.</param>
internal sealed record ProbeStep(string Name, ProbeOutcome Outcome, string Text, Failure? Failure = null)
{
    public static ProbeStep Ok(string name, string text) => new(name, ProbeOutcome.Ok, text);

    public static ProbeStep Warn(string name, string text) => new(name, ProbeOutcome.Warn, text);

    public static ProbeStep Fail(string name, Failure failure) => new(name, ProbeOutcome.Fail, failure.ToString(), failure);
}
