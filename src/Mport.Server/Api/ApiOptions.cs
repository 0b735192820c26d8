namespace Mport.Server.Api;

/// <summary>What the API takes.</summary>
internal sealed record ApiOptions
{
    /// <summary>Requests a minute of one account, or of one address without credentials; 0 for no limit. One more gets 429. Default 1,200.</summary>
    public int Rate { get; init; } = 1_200;

    /// <summary>How long a body may take to come. Default 15 s.</summary>
    public TimeSpan BodyTimeout { get; init; } = TimeSpan.FromSeconds(15);
}
