namespace Mport.Server.Hosting.Commands;

/// <summary>What a command sees of the process around it.</summary>
internal sealed record CommandEnvironment
{
    /// <summary>Standard input.</summary>
    public required TextReader Input { get; init; }

    /// <summary>Standard output: what a script reads.</summary>
    public required TextWriter Output { get; init; }

    /// <summary>Standard error: what a human reads.</summary>
    public required TextWriter Error { get; init; }

    /// <summary>The value of an environment variable, or null.</summary>
    public required Func<string, string?> Variable { get; init; }

    /// <summary>Where relative paths begin.</summary>
    public required string CurrentFolder { get; init; }

    /// <summary>The clock.</summary>
    public required TimeProvider Time { get; init; }

    /// <summary>The environment of this process.</summary>
    public static CommandEnvironment OfProcess() => new()
    {
        Input = Console.In,
        Output = Console.Out,
        Error = Console.Error,
        Variable = Environment.GetEnvironmentVariable,
        CurrentFolder = Environment.CurrentDirectory,
        Time = TimeProvider.System,
    };
}
