package dev.engram.testkit.tidy;

import com.sun.source.tree.ClassTree;
import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.MethodTree;
import com.sun.source.tree.Tree;
import com.sun.source.util.JavacTask;
import com.sun.source.util.SourcePositions;
import com.sun.source.util.TreeScanner;
import com.sun.source.util.Trees;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import javax.tools.Diagnostic;
import javax.tools.DiagnosticCollector;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;
import org.jspecify.annotations.Nullable;

/** The types and methods of Java files, as the compiler's parser sees them. */
final class JavaShape {

    /**
     * A type or a method.
     *
     * @param file where it stands
     * @param name without its type's
     * @param line its first, annotations included, documentation not
     * @param lines how many it has
     * @param method or else a type
     */
    record Member(String file, String name, int line, int lines, boolean method) {}

    private final List<Member> members = new ArrayList<>();
    private final List<Finding> errors = new ArrayList<>();

    private JavaShape() {}

    static JavaShape of(List<JavaSource> sources) {
        JavaShape shape = new JavaShape();
        DiagnosticCollector<JavaFileObject> diagnostics = new DiagnosticCollector<>();
        JavacTask task =
                (JavacTask)
                        ToolProvider.getSystemJavaCompiler()
                                .getTask(
                                        null,
                                        null,
                                        diagnostics,
                                        List.of("-proc:none"),
                                        null,
                                        sources.stream().map(Text::new).toList());
        SourcePositions positions = Trees.instance(task).getSourcePositions();
        try {
            for (CompilationUnitTree unit : task.parse()) {
                shape.new Scanner(unit, positions).scan(unit, null);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        for (Diagnostic<? extends JavaFileObject> found : diagnostics.getDiagnostics()) {
            if (found.getKind() == Diagnostic.Kind.ERROR) {
                shape.errors.add(
                        new Finding(
                                found.getSource().getName(),
                                (int) found.getLineNumber(),
                                "parse",
                                found.getMessage(null)));
            }
        }
        return shape;
    }

    List<Member> methods() {
        return members.stream().filter(Member::method).toList();
    }

    List<Member> types() {
        return members.stream().filter(member -> !member.method).toList();
    }

    /** Files that are no Java: they would hide their members from every rule. */
    List<Finding> errors() {
        return errors;
    }

    private final class Scanner extends TreeScanner<@Nullable Void, @Nullable Void> {

        private final CompilationUnitTree unit;
        private final SourcePositions positions;

        Scanner(CompilationUnitTree unit, SourcePositions positions) {
            this.unit = unit;
            this.positions = positions;
        }

        @Override
        public @Nullable Void visitMethod(MethodTree method, @Nullable Void none) {
            add(method, method.getName().toString(), true);
            return super.visitMethod(method, null);
        }

        @Override
        public @Nullable Void visitClass(ClassTree type, @Nullable Void none) {
            add(type, type.getSimpleName().toString(), false);
            return super.visitClass(type, null);
        }

        private void add(Tree tree, String name, boolean method) {
            long first = unit.getLineMap().getLineNumber(positions.getStartPosition(unit, tree));
            long last = unit.getLineMap().getLineNumber(positions.getEndPosition(unit, tree));
            members.add(
                    new Member(
                            unit.getSourceFile().getName(),
                            name,
                            (int) first,
                            (int) (last - first + 1),
                            method));
        }
    }

    /** A source that the compiler reads from memory. */
    private static final class Text extends SimpleJavaFileObject {

        private final JavaSource source;

        Text(JavaSource source) {
            super(URI.create("string:///" + source.file()), Kind.SOURCE);
            this.source = source;
        }

        @Override
        public CharSequence getCharContent(boolean ignoreEncodingErrors) {
            return source.text();
        }

        @Override
        public String getName() {
            return source.file();
        }
    }
}
