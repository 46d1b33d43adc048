package acervo.analysis;

import org.apache.lucene.analysis.TokenStream;
import org.apache.lucene.analysis.snowball.SnowballFilter;
import org.elasticsearch.plugin.Inject;
import org.elasticsearch.plugin.NamedComponent;
import org.elasticsearch.plugin.analysis.TokenFilterFactory;
import org.elasticsearch.plugin.settings.AnalysisSettings;
import org.elasticsearch.plugin.settings.StringSetting;

/** The filter that a full distribution calls stemmer, with Snowball's language of the name given. */
@NamedComponent("stemmer")
public class Stemmer implements TokenFilterFactory {
    private final String language;

    @Inject
    public Stemmer(Options options) {
        String name = options.language();
        language = Character.toUpperCase(name.charAt(0)) + name.substring(1);
    }

    @Override
    public TokenStream create(TokenStream words) {
        return new SnowballFilter(words, language);
    }

    /** The server makes a filter without settings too, so there is a default: that of a full distribution. */
    @AnalysisSettings
    public interface Options {
        @StringSetting(path = "language", defaultValue = "english")
        String language();
    }
}
