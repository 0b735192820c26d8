namespace Mport.Server.Policy;

/// <summary>Where a policy's JSON comes from.</summary>
internal enum PolicyOrigin
{
    /// <summary>A client's declaration: its secrets live in memory alone.</summary>
    Client,

    /// <summary>The owner's wish through the API: its passwords are hashed for the store.</summary>
    Owner,

    /// <summary>The store, in which secrets stand hashed.</summary>
    Store,
}

/// <summary>How a policy is read.</summary>
/// <param name="Origin">Where its JSON comes from.</param>
/// <param name="Secrets">What secrets are compared with.</param>
/// <param name="Time">The clock of rules that count.</param>
internal sealed record PolicyReading(PolicyOrigin Origin, PolicySecrets Secrets, TimeProvider Time)
{
    /// <summary>The name of the layer, in traces.</summary>
    public string Layer => Origin == PolicyOrigin.Client ? "client" : "owner";
}
