namespace Mport.Server.Hosting.Handover;

/// <summary>The other edge of a handover broke the rules or refused.</summary>
internal sealed class HandoverException : Exception
{
    /// <summary>It broke the rules.</summary>
    public HandoverException(string message)
        : base(message)
    {
    }

    /// <summary>It refused.</summary>
    public HandoverException(HandoverRefused refusal)
        : base(refusal.Text) => Refusal = refusal;

    /// <summary>The refusal, if it was one.</summary>
    public HandoverRefused? Refusal { get; }
}
